package dev.rollcall.gateway;

import com.sun.net.httpserver.HttpServer;
import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;

/** A JVM with a registered HTTP server that answers with its name; it drains when it is told to stop. */
final class ServiceProcess implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Process process;

    private ServiceProcess(Process process) {
        this.process = process;
    }

    static ServiceProcess start(String uri, String name) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ServiceProcess.class.getName(),
                uri,
                name);
        return new ServiceProcess(new ProcessBuilder(command)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.INHERIT)
                .start());
    }

    /** What the other JVM runs: URI, name. */
    public static void main(String[] arguments) throws IOException {
        String name = arguments[1];
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            try (exchange) {
                Backend.respond(exchange, 200, name);
            }
        });
        server.start();
        Rollcall rollcall = Rollcall.builder(arguments[0])
                .ttl(Duration.ofSeconds(5))
                .closeOnShutdown(false)
                .connect();
        Registration registration = rollcall.register(
                Instance.of("orders", "http://127.0.0.1:" + server.getAddress().getPort())
                        .withId(name));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            registration.drain(GRACE).join();
            rollcall.close();
        }));
    }

    /** SIGTERM, and waits for the end. */
    void terminate() throws InterruptedException {
        process.destroy();
        process.waitFor();
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
