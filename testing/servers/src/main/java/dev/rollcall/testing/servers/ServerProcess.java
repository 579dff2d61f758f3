package dev.rollcall.testing.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * One running server process. Where {@code setpriv} knows {@code --pdeathsig}, the kernel kills the process when this
 * JVM dies, however it dies. Thread-safe.
 */
final class ServerProcess {

    private static final Duration SIGNAL_LIMIT = Duration.ofSeconds(10);
    private static final List<String> DIES_WITH_PARENT = List.of("setpriv", "--pdeathsig", "KILL", "--");

    /**
     * Starts every process. The kernel ties a parent-death signal to the <em>thread</em> that started the child, so it
     * has to be one that lives as long as the JVM.
     */
    private static final ExecutorService SPAWNER = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "server spawner");
        thread.setDaemon(true);
        return thread;
    });

    private static final boolean CAN_DIE_WITH_PARENT = succeeds("setpriv", "--pdeathsig", "KILL", "--", "true");

    private final Process process;
    private final OutputTail output;

    private ServerProcess(String name, Process process) {
        this.process = process;
        this.output = new OutputTail(name, process.getInputStream());
    }

    static ServerProcess start(String name, List<String> command, Path directory) {
        List<String> line = new ArrayList<>(CAN_DIE_WITH_PARENT ? DIES_WITH_PARENT : List.of());
        line.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        // etcd takes settings from the environment too, and those of the developer's shell are not ours
        builder.environment().keySet().removeIf(key -> key.startsWith("ETCD") || key.startsWith("CONSUL"));
        try {
            return new ServerProcess(
                    name,
                    CompletableFuture.supplyAsync(() -> start(builder), SPAWNER).join());
        } catch (CompletionException e) {
            throw new IllegalStateException("cannot start " + name + ": " + String.join(" ", command), e.getCause());
        }
    }

    private static Process start(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** The last lines that the process printed. */
    String output() {
        if (!process.isAlive()) {
            output.awaitEnd(SIGNAL_LIMIT.toMillis());
        }
        return output.text();
    }

    /** SIGKILL, and waits for the end. */
    void kill() {
        process.destroyForcibly();
        if (!exits(SIGNAL_LIMIT)) {
            throw new IllegalStateException("process " + pid() + " survived SIGKILL");
        }
    }

    /** SIGTERM, and waits for the end; SIGKILL when it takes too long. */
    void stop() {
        process.destroy();
        if (!exits(SIGNAL_LIMIT)) {
            kill();
        }
    }

    void pause() {
        Suspension.begin(pid());
    }

    void resume() {
        Suspension.end(pid());
    }

    private boolean exits(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Polling.until(limit, () -> !process.isAlive());
        }
    }

    static boolean succeeds(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(SIGNAL_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
