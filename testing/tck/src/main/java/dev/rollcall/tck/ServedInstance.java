package dev.rollcall.tck;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.health.HealthCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** An HTTP service as users run it: serves, registers with a health check, drains, stops. Each restart is a new address. */
final class ServedInstance implements AutoCloseable {
    private static final Duration WORK = Duration.ofMillis(20);
    /** Until {@link #leave}, however slow the machine is. */
    private static final Duration GRACE = Duration.ofMinutes(10);

    private static final int THREADS = 4;

    private final Rollcall client;
    private final HttpServer server;
    private final ExecutorService threads;
    private final Registration registration;

    private ServedInstance(Rollcall client, HttpServer server, ExecutorService threads, Registration registration) {
        this.client = client;
        this.server = server;
        this.threads = threads;
        this.registration = registration;
    }

    /** @param generation what it answers with */
    static ServedInstance start(Rollcall client, String id, int generation) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        server.setExecutor(threads);
        server.createContext("/", exchange -> answer(exchange, generation));
        server.start();
        Instance instance = Instance.of(
                        "orders", "http://127.0.0.1:" + server.getAddress().getPort())
                .withId(id);
        return new ServedInstance(
                client,
                server,
                threads,
                client.register(instance, HealthCheck.http("/").every(Duration.ofSeconds(1))));
    }

    private static void answer(HttpExchange exchange, int generation) throws IOException {
        // Work that takes a while, so that there is always some under way.
        LockSupport.parkNanos(WORK.toNanos());
        byte[] body = Integer.toString(generation).getBytes(StandardCharsets.US_ASCII);
        try (exchange) {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    String id() {
        return registration.instance().id();
    }

    /** Marks it as leaving; it serves on. */
    CompletableFuture<Void> drain() {
        return registration.drain(GRACE);
    }

    /** Ends the drain: it is removed, and still serves. */
    void leave() {
        registration.close();
    }

    /** As a process that exits: whatever is still under way fails. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the service's threads did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.close();
    }
}
