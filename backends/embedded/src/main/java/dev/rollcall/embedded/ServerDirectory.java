package dev.rollcall.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's directory, held by this process: beside the data a file that is locked while a server runs, and one that names its port. The lock is
 * the operating system's, so that it goes with the process. Thread-safe.
 */
final class ServerDirectory implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ServerDirectory.class);
    private static final String LOCK = "rollcall.lock";
    private static final String PORT = "rollcall.port";
    private static final String DATA = "data";
    private static final String CONFIGURATIONS = "zookeeper.configuration*.properties";

    private final Path path;
    private final FileLock lock;

    private ServerDirectory(Path path, FileLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Takes a directory, which is made when it is absent.
     *
     * @throws InUseException if another server has it
     * @throws IOException if it can't be made or written; the message says which one
     */
    static ServerDirectory lock(Path directory) throws IOException {
        FileChannel channel = open(directory);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new ServerDirectory(directory, lock);
            }
        } catch (OverlappingFileLockException e) {
            log.debug("{} is locked by this process", directory, e);
        }
        channel.close();
        throw new InUseException(directory);
    }

    private static FileChannel open(Path directory) throws IOException {
        try {
            Files.createDirectories(directory);
            return FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(directory + " is not a directory (expected: one for the registry's data)", e);
        } catch (AccessDeniedException e) {
            throw new IOException(
                    directory + " can't be written by this user (expected: a directory for the registry's data)", e);
        } catch (IOException e) {
            throw new IOException(directory + " can't be used for the registry's data: " + e, e);
        }
    }

    /** The port that the server in a directory has, or had last. */
    static Optional<Integer> publishedPort(Path directory) {
        try {
            int port = Integer.parseInt(Files.readString(directory.resolve(PORT), StandardCharsets.UTF_8)
                    .strip());
            return port > 0 && port <= 65_535 ? Optional.of(port) : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Tells other processes the port. In one step: whoever reads finds the old one or the new one. */
    void publishPort(int port) throws IOException {
        Path next = Files.writeString(path.resolve(PORT + ".new"), port + "\n", StandardCharsets.UTF_8);
        Files.move(next, path.resolve(PORT), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    Path path() {
        return path;
    }

    Path data() {
        return path.resolve(DATA);
    }

    /** Deletes the file that each start of ZooKeeper's embedded server leaves behind, this one's and those of earlier ones that died. */
    void deleteConfigurations() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(path, CONFIGURATIONS)) {
            for (Path configuration : left) {
                Files.deleteIfExists(configuration);
            }
        }
    }

    @Override
    public void close() {
        try {
            lock.acquiredBy().close();
        } catch (IOException e) {
            log.warn("{} can't be unlocked; it is when this process ends", path, e);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }

    /** Another server has the directory. */
    static final class InUseException extends IOException {
        private static final long serialVersionUID = 1L;

        private InUseException(Path directory) {
            super(directory + " is in use by another registry"
                    + publishedPort(directory)
                            .map(port -> ", at zookeeper://" + EmbeddedRegistry.LOOPBACK + ":" + port
                                    + "; connect to that, or use another directory")
                            .orElse("; use another directory"));
        }
    }
}
