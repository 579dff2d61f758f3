package dev.rollcall.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registries that this process's clients use, one for each directory and one in a temporary directory: started with the first client that asks,
 * stopped with the last. Thread-safe.
 */
final class SharedRegistries {
    private static final Logger log = LoggerFactory.getLogger(SharedRegistries.class);
    private static final Path TEMPORARY = Path.of("");

    private final Map<Path, Shared> running = new HashMap<>();

    /** One client's share of a registry. Close it once. */
    interface Lease extends AutoCloseable {

        /** Where to connect: {@code host:port}. */
        String endpoint();

        @Override
        void close();
    }

    /**
     * A share of the registry in a directory; of another process's where that has it.
     *
     * @param directory where; empty for the one that lasts as long as it is used
     * @param port 0 for any
     * @throws IOException if it can't be started; the message says why
     */
    synchronized Lease acquire(Optional<Path> directory, int port) throws IOException {
        Path key = directory.isPresent() ? canonical(directory.get()) : TEMPORARY;
        Shared shared = running.get(key);
        if (shared == null) {
            try {
                shared = start(key, port);
            } catch (ServerDirectory.InUseException e) {
                return foreign(key, e);
            }
            running.put(key, shared);
        } else if (port != 0 && port != shared.registry.port()) {
            throw new IOException("the registry in " + (key.equals(TEMPORARY) ? "this process" : key)
                    + " runs already, on port " + shared.registry.port() + ", not " + port);
        }
        shared.users++;
        return new Share(key, shared);
    }

    private static Shared start(Path key, int port) throws IOException {
        if (!key.equals(TEMPORARY)) {
            return new Shared(EmbeddedRegistry.start(key, port), null);
        }
        Path temporary = Files.createTempDirectory("rollcall-embedded-");
        try {
            return new Shared(EmbeddedRegistry.start(temporary, port), temporary);
        } catch (IOException | RuntimeException e) {
            delete(temporary);
            throw e;
        }
    }

    private static Lease foreign(Path directory, ServerDirectory.InUseException inUse) throws IOException {
        int port = ServerDirectory.publishedPort(directory).orElseThrow(() -> inUse);
        log.info("the registry in {} runs in another process; connecting to it on port {}", directory, port);
        String endpoint = EmbeddedRegistry.LOOPBACK + ":" + port;
        return new Lease() {
            @Override
            public String endpoint() {
                return endpoint;
            }

            @Override
            public void close() {
                // it is the other process's
            }
        };
    }

    /** Two spellings of one directory are one registry. */
    private static Path canonical(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        return Files.exists(absolute) ? absolute.toRealPath() : absolute;
    }

    private synchronized void release(Path key, Shared shared) {
        if (--shared.users == 0) {
            running.remove(key);
            shared.registry.close();
            if (shared.temporary != null) {
                delete(shared.temporary);
            }
        }
    }

    private static void delete(Path directory) {
        try {
            Files.walkFileTree(directory, new Removal());
        } catch (IOException | UncheckedIOException e) {
            log.warn("the temporary directory {} can't be deleted; delete it by hand", directory, e);
        }
    }

    private static final class Shared {
        private final EmbeddedRegistry registry;
        private final @Nullable Path temporary;
        private int users;

        Shared(EmbeddedRegistry registry, @Nullable Path temporary) {
            this.registry = registry;
            this.temporary = temporary;
        }
    }

    private final class Share implements Lease {
        private final Path key;
        private final Shared shared;

        Share(Path key, Shared shared) {
            this.key = key;
            this.shared = shared;
        }

        @Override
        public String endpoint() {
            return shared.registry.endpoint();
        }

        @Override
        public void close() {
            release(key, shared);
        }
    }

    private static final class Removal extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
            if (failure != null) {
                throw failure;
            }
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
