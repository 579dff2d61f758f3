package dev.rollcall.tck;

import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A JVM with the class path of this one, which registers one instance and then waits to be stopped or killed. */
final class ProviderProcess implements AutoCloseable {
    private static final Duration LONGEST_STOP = Duration.ofSeconds(30);

    private final Process process;

    private ProviderProcess(Process process) {
        this.process = process;
    }

    static ProviderProcess start(String uri, Instance instance, Duration ttl) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ProviderProcess.class.getName(),
                uri,
                instance.service(),
                instance.endpoint().toString(),
                Long.toString(ttl.toSeconds()));
        return new ProviderProcess(new ProcessBuilder(command)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.INHERIT)
                .start());
    }

    /** What the other JVM runs: URI, service, endpoint, TTL in seconds. */
    public static void main(String[] arguments) throws InterruptedException {
        Rollcall rollcall = Rollcall.builder(arguments[0])
                .ttl(Duration.ofSeconds(Long.parseLong(arguments[3])))
                .connect();
        rollcall.register(Instance.of(arguments[1], arguments[2]));
        new CountDownLatch(1).await();
    }

    /** SIGTERM; waits for the end. */
    void terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the provider's JVM did not end within " + LONGEST_STOP + " of SIGTERM");
        }
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
