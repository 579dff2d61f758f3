package dev.rollcall.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A child process of the demo that serves and registers itself; see {@link DemoServiceCommand}. */
final class DemoService implements AutoCloseable {
    private static final Duration END_LIMIT = Duration.ofSeconds(5);
    private static final int SHOWN_LINES = 3;

    private final String id;
    private final Path errors;
    private final Process process;

    private DemoService(String id, Path errors, Process process) {
        this.id = id;
        this.errors = errors;
        this.process = process;
    }

    /** @param directory for what it prints */
    static DemoService start(String registry, String service, String id, Duration ttl, Path directory)
            throws IOException {
        Path errors = directory.resolve(id + ".err");
        ProcessBuilder builder = new ProcessBuilder(OwnJvm.command(
                        DemoServiceCommand.NAME, "--service", service, "--id", id, "--ttl", ttl.toMillis() + "ms"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(errors.toFile());
        // Not as an argument: other users of the machine can read those, and the URI may hold a password.
        builder.environment().put(RegistryOptions.VARIABLE, registry);
        return new DemoService(id, errors, builder.start());
    }

    String id() {
        return id;
    }

    long pid() {
        return process.pid();
    }

    /** Completes with {@code this} when the process ends. */
    CompletableFuture<DemoService> ended() {
        return process.onExit().thenApply(ended -> this);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL: it dies without a word. Tells whether it is dead. */
    boolean kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        return process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** SIGTERM: please leave. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Waits until it is gone, and returns its exit code, or -1 if it is still there. */
    int awaitExit() throws InterruptedException {
        return process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : -1;
    }

    /** The last that it wrote to standard error, for messages. */
    String lastWords() {
        try {
            List<String> lines = Files.readAllLines(errors);
            return String.join(" ", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
        } catch (IOException e) {
            return "";
        }
    }

    /** Leaves nothing behind, whatever happened. */
    @Override
    public void close() {
        process.toHandle().destroyForcibly();
        boolean interrupted = false;
        while (true) {
            try {
                process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
