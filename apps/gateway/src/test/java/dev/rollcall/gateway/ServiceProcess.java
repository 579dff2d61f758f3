package dev.rollcall.gateway;

import com.sun.net.httpserver.HttpServer;
import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.testing.servers.ChildJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executors;

/** A JVM with a registered HTTP server that answers with its name; it drains when it is told to stop. */
final class ServiceProcess {
    private static final Duration GRACE = Duration.ofSeconds(2);

    private ServiceProcess() {}

    static ChildJvm start(String uri, String name) throws IOException {
        return ChildJvm.start(ServiceProcess.class, uri, name);
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
}
