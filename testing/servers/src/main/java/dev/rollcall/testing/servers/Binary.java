package dev.rollcall.testing.servers;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's program, found in this order: an environment variable, the folders on PATH, what an earlier run fetched,
 * and then fetched from Debian without root, with apt checking the signatures.
 *
 * @param name of the program, such as {@code etcd}
 * @param variable the environment variable that may name it, such as {@code ROLLCALL_ETCD}
 * @param debianPackage the package that holds it in {@code /usr/bin}
 * @param suites Debian suites to take it from, in this order; {@code running} is the one installed here
 */
record Binary(String name, String variable, String debianPackage, List<String> suites) {

    static final Binary ETCD = new Binary("etcd", "ROLLCALL_ETCD", "etcd-server", List.of("trixie", "running"));
    static final Binary ETCDCTL =
            new Binary("etcdctl", "ROLLCALL_ETCDCTL", "etcd-client", List.of("trixie", "running"));
    /** Debian has had none since bullseye. */
    static final Binary CONSUL = new Binary("consul", "ROLLCALL_CONSUL", "consul", List.of("bullseye"));

    private static final Logger LOG = LoggerFactory.getLogger(Binary.class);
    private static final Duration FETCH_LIMIT = Duration.ofMinutes(3);
    private static final String SCRIPT = "fetch-debian-packages.sh";

    /**
     * The path of the program.
     *
     * @throws IllegalStateException naming what to do, when it is nowhere to be had
     */
    Path find() {
        return find(System.getenv());
    }

    Path find(Map<String, String> environment) {
        String named = environment.get(variable);
        if (named != null && !named.isBlank()) {
            Path path = Path.of(named);
            if (!Files.isExecutable(path)) {
                throw new IllegalStateException(variable + ": " + named + " (expected: an executable " + name + ")");
            }
            return path.toAbsolutePath();
        }
        return onPath(environment.getOrDefault("PATH", ""))
                .or(() -> cached(cache(environment)))
                .orElseGet(() -> fetch(cache(environment)));
    }

    private Optional<Path> onPath(String path) {
        return List.of(path.split(File.pathSeparator, -1)).stream()
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, name).toAbsolutePath())
                .filter(Files::isExecutable)
                .findFirst();
    }

    private Optional<Path> cached(Path cache) {
        return suites.stream()
                .map(suite -> unpacked(cache, suite))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private Path unpacked(Path cache, String suite) {
        return folder(cache, suite).resolve("usr/bin").resolve(name);
    }

    private Path folder(Path cache, String suite) {
        return cache.resolve(debianPackage + "-" + suite);
    }

    private static Path cache(Map<String, String> environment) {
        String xdg = environment.get("XDG_CACHE_HOME");
        Path base = xdg != null && Path.of(xdg).isAbsolute()
                ? Path.of(xdg)
                : Path.of(System.getProperty("user.home"), ".cache");
        return base.resolve("rollcall").resolve("servers");
    }

    /** One fetch at a time: in this JVM by the monitor, among JVMs by a lock on a file. */
    private Path fetch(Path cache) {
        synchronized (Binary.class) {
            Directories.create(cache);
            try (FileChannel channel = FileChannel.open(
                            cache.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                LOG.trace("holding {}", lock);
                return cached(cache).orElseGet(() -> fetchFromSuites(cache));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Path fetchFromSuites(Path cache) {
        StringBuilder failures = new StringBuilder();
        for (String suite : suites) {
            Path arriving = Directories.createTemporary(cache, debianPackage);
            try {
                LOG.info("fetching {} from Debian ({})", debianPackage, suite);
                run(suite, arriving);
                Path program = arriving.resolve("usr/bin").resolve(name);
                if (!ServerProcess.succeeds(program.toString(), "--help")) {
                    throw new IOException("the fetched " + name + " does not run on this machine");
                }
                Directories.delete(folder(cache, suite));
                Files.move(arriving, folder(cache, suite), StandardCopyOption.ATOMIC_MOVE);
                return unpacked(cache, suite);
            } catch (IOException e) {
                failures.append("\n  ").append(suite).append(": ").append(e.getMessage());
            } finally {
                Directories.delete(arriving);
            }
        }
        throw new IllegalStateException("No " + name + " here. Either set " + variable + " to one, or put one on PATH, "
                + "or be on Debian with bash and apt and reach its mirror, so that the package " + debianPackage
                + " can be fetched into " + cache + ", which failed:" + failures);
    }

    private void run(String suite, Path folder) throws IOException {
        Path log = Files.createTempFile("rollcall-fetch-", ".log");
        try {
            Process process = new ProcessBuilder(
                            "bash", "-c", script(), "fetch", suite, folder.toString(), debianPackage)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(FETCH_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new IOException("not done within " + FETCH_LIMIT.toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException(Files.readString(log).strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.deleteIfExists(log);
        }
    }

    private static String script() throws IOException {
        try (InputStream in = Objects.requireNonNull(Binary.class.getResourceAsStream(SCRIPT), SCRIPT)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
