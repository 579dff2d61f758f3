package dev.rollcall.internal;

import dev.rollcall.Reading;
import dev.rollcall.Snapshot;
import dev.rollcall.spi.EventLoop;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the last value of each view in a directory, a file a service, for a process that starts while the registry is down. A file is
 * written aside, forced to disk and renamed, so that whoever reads it finds an old or a new one, never half of one; {@link SnapshotFile}
 * has a checksum besides. Processes that share the directory overwrite each other's files with values as good as their own. A failure to
 * write is logged and costs nothing but the file.
 */
final class DiskCache {
    private static final Logger log = LoggerFactory.getLogger(DiskCache.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final long MAX_FILE_BYTES = 1L << 30;

    private final Path directory;
    private final String registry;
    private final EventLoop loop;
    private final ExecutorService writer;
    /** The latest value of each service that waits to be written. Confined to the event loop. */
    private final Map<String, Saved> waiting = new LinkedHashMap<>();

    private EventLoop.@Nullable Timer pause;

    /**
     * What an earlier process saved.
     *
     * @param savedAt when the value was last known to be current
     */
    record Saved(Snapshot snapshot, long revision, Instant savedAt) {}

    DiskCache(Path directory, String registry, EventLoop loop, String clientName) {
        this.directory = directory;
        this.registry = registry;
        this.loop = loop;
        this.writer = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, clientName + "-disk");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The saved value of a service; none if there is no file, or one that is damaged, too large or another registry's. Reads the disk. */
    Optional<Saved> read(String service) {
        Path file = file(service);
        try {
            long bytes = Files.size(file);
            if (bytes > MAX_FILE_BYTES) {
                throw new IOException(bytes + " bytes (expected: up to " + MAX_FILE_BYTES + ")");
            }
            return Optional.of(SnapshotFile.decode(Files.readAllBytes(file), registry, service));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            log.warn("{}: the saved snapshot {} is passed over: {}", service, file, e.getMessage());
            return Optional.empty();
        }
    }

    /** Saves a value soon; of several in quick succession, the last. On the event loop only. */
    void save(Reading<Snapshot> reading) {
        if (reading instanceof Reading.Fresh<Snapshot> fresh) {
            waiting.put(fresh.known().service(), new Saved(fresh.known(), fresh.revision(), loop.now()));
            if (pause == null) {
                pause = loop.schedule(PAUSE, this::writeWaiting);
            }
        }
    }

    private void writeWaiting() {
        pause = null;
        for (Saved saved : waiting.values()) {
            writer.execute(() -> write(saved));
        }
        waiting.clear();
    }

    /** Writes what waits, and returns when it is on disk or after a second. On the event loop only. */
    void close() {
        if (pause != null) {
            pause.close();
        }
        writeWaiting();
        writer.shutdown();
    }

    /** Waits for the last file. Not on the event loop. */
    void awaitClosed() throws InterruptedException {
        if (!writer.awaitTermination(PAUSE.toNanos(), TimeUnit.NANOSECONDS)) {
            writer.shutdownNow();
        }
    }

    private void write(Saved saved) {
        Path file = file(saved.snapshot().service());
        Path aside = null;
        try {
            Files.createDirectories(directory);
            aside = Files.createTempFile(directory, "snapshot", ".tmp");
            try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
                var bytes = java.nio.ByteBuffer.wrap(SnapshotFile.encode(saved, registry));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            log.warn(
                    "the snapshot {} can't be written: {}; a cold start without the registry will not find it",
                    file,
                    e.toString());
            deleteQuietly(aside);
        }
    }

    private static void deleteQuietly(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            log.debug("{} can't be deleted", file, e);
        }
    }

    private Path file(String service) {
        String name = URLEncoder.encode(service, java.nio.charset.StandardCharsets.UTF_8)
                .replace("*", "%2A");
        // A percent-encoded name can be longer than a file name may be; the file itself says whose it is.
        return directory.resolve(
                (name.length() <= 200 ? name : name.substring(0, 150) + "-" + service.hashCode()) + ".rollcall");
    }
}
