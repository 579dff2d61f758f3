package dev.rollcall.cli;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The command as users run it: a process, with signals and an exit code. It ends with the test at the latest. */
final class RollcallProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** A machine that is busy with other tests may need longer than a user would wait. */
    private static final Set<String> PATIENT_COMMANDS = Set.of("list", "watch", "register", "run");

    private final Process process;
    private final List<String> out = new CopyOnWriteArrayList<>();
    private final List<String> err = new CopyOnWriteArrayList<>();
    private final List<Thread> readers;

    private RollcallProcess(Process process) {
        this.process = process;
        this.readers = List.of(reader(process.getInputStream(), out), reader(process.getErrorStream(), err));
    }

    static RollcallProcess start(String... arguments) {
        return start(Map.of(), arguments);
    }

    static RollcallProcess start(Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        if (PATIENT_COMMANDS.contains(arguments[0]) && !List.of(arguments).contains("--timeout")) {
            command.addAll(command.indexOf(arguments[0]) + 1, List.of("--timeout", "30s"));
        }
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("ROLLCALL_REGISTRY");
        builder.environment().putAll(environment);
        try {
            return new RollcallProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    List<String> out() {
        return List.copyOf(out);
    }

    List<String> err() {
        return List.copyOf(err);
    }

    /** Waits for a line of standard output. */
    String awaitOut(Predicate<String> line) {
        return awaitLine(out, line);
    }

    String awaitErr(Predicate<String> line) {
        return awaitLine(err, line);
    }

    /** Sends a signal such as {@code TERM}. */
    void signal(String name) {
        try {
            new ProcessBuilder("sh", "-c", "kill -s " + name + " " + pid())
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    OutputStream in() {
        return process.getOutputStream();
    }

    /** Closes the reading end of its standard output, as {@code head} does. */
    void closeOut() {
        try {
            process.getInputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the end and all output. */
    int exitCode() {
        try {
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("still running after " + LIMIT + "\n" + this);
            }
            for (Thread reader : readers) {
                reader.join(LIMIT.toMillis());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public String toString() {
        return "out: " + out + "\nerr: " + err;
    }

    private String awaitLine(List<String> lines, Predicate<String> wanted) {
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(10))
                .failFast(() -> {
                    if (!process.isAlive() && !readersAlive() && lines.stream().noneMatch(wanted)) {
                        throw new AssertionError("ended without that line\n" + this);
                    }
                })
                .until(() -> lines.stream().anyMatch(wanted));
        return lines.stream().filter(wanted).findFirst().orElseThrow();
    }

    private boolean readersAlive() {
        return readers.stream().anyMatch(Thread::isAlive);
    }

    private static Thread reader(InputStream stream, List<String> lines) {
        Thread reader = new Thread(() -> {
            try (BufferedReader text = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                text.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException e) {
                // Closed under us, on purpose.
            }
        });
        reader.setDaemon(true);
        reader.start();
        return reader;
    }
}
