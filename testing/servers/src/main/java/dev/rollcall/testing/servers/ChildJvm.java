package dev.rollcall.testing.servers;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another JVM with the class path of this one, to be stopped or killed. What it prints to standard error appears here. Thread-safe. */
public final class ChildJvm implements AutoCloseable {
    private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

    private final Process process;

    private ChildJvm(Process process) {
        this.process = process;
    }

    /** Starts a JVM that runs a class's {@code main}, and returns without waiting for it. */
    public static ChildJvm start(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ChildJvm(new ProcessBuilder(command)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.INHERIT)
                .start());
    }

    /**
     * SIGTERM; waits for the end.
     *
     * @throws IllegalStateException if it does not end within 30 s
     */
    public void terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the JVM did not end within " + LONGEST_STOP + " of SIGTERM");
        }
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly();
    }

    /** SIGSTOP: the JVM keeps its connections and does nothing, as in a very long garbage collection, until {@link #resume}. */
    public void pause() {
        Suspension.begin(process.pid());
    }

    /** SIGCONT: the JVM goes on. */
    public void resume() {
        Suspension.end(process.pid());
    }

    /** As {@link #kill}. */
    @Override
    public void close() {
        kill();
    }
}
