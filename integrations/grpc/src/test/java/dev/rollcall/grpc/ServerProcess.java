package dev.rollcall.grpc;

import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import io.grpc.ServerBuilder;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A JVM with the class path of this one and a registered server in it, to be stopped or killed. */
final class ServerProcess implements AutoCloseable {
    private final Process process;

    private ServerProcess(Process process) {
        this.process = process;
    }

    static ServerProcess start(String uri, String name) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ServerProcess.class.getName(),
                uri,
                name);
        return new ServerProcess(new ProcessBuilder(command)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.INHERIT)
                .start());
    }

    /** What the other JVM runs: URI, name. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Rollcall rollcall =
                Rollcall.builder(arguments[0]).ttl(Duration.ofSeconds(5)).connect();
        String name = arguments[1];
        RollcallGrpcServer.builder(
                        rollcall,
                        Instance.of("orders", "grpc://127.0.0.1:0").withId(name),
                        ServerBuilder.forPort(0).addService(Hello.service(() -> name)))
                .drainFor(Duration.ofMillis(500))
                .start();
        new CountDownLatch(1).await();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
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
