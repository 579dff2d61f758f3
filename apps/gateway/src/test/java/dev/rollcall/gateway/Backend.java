package dev.rollcall.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/** A registered HTTP server of the JDK, which remembers what it was asked. */
final class Backend implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Registration registration;
    private final Instance instance;
    final CopyOnWriteArrayList<Asked> asked = new CopyOnWriteArrayList<>();
    /** Those of {@link #asked} that came to their end and were answered. */
    final CopyOnWriteArrayList<Asked> completed = new CopyOnWriteArrayList<>();

    /** One request as it arrived, its body excepted. */
    record Asked(String method, String uri, com.sun.net.httpserver.Headers headers) {}

    /** What answers a request. */
    @FunctionalInterface
    interface Answer {
        void to(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private Backend(Rollcall rollcall, String service, UnaryOperator<Instance> change, Answer answer)
            throws IOException, InterruptedException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            Asked request = new Asked(
                    exchange.getRequestMethod(), exchange.getRequestURI().toString(), exchange.getRequestHeaders());
            asked.add(request);
            try (exchange) {
                answer.to(exchange);
                completed.add(request);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        instance = change.apply(
                Instance.of(service, "http://127.0.0.1:" + server.getAddress().getPort()));
        registration = rollcall.register(instance);
        registration.awaitRegistered(Duration.ofSeconds(5));
    }

    static Backend start(Rollcall rollcall, String service, Answer answer) throws IOException, InterruptedException {
        return new Backend(rollcall, service, UnaryOperator.identity(), answer);
    }

    static Backend start(Rollcall rollcall, String service, UnaryOperator<Instance> change, Answer answer)
            throws IOException, InterruptedException {
        return new Backend(rollcall, service, change, answer);
    }

    /** Answers 200 with a text. */
    static Answer text(String text) {
        return exchange -> respond(exchange, 200, text);
    }

    static void respond(HttpExchange exchange, int status, String text) throws IOException {
        exchange.getRequestBody().readAllBytes();
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    Instance instance() {
        return instance;
    }

    Registration registration() {
        return registration;
    }

    /** Stops listening and stays registered, as one that was killed does until its lease expires. */
    void stopListening() {
        server.stop(0);
    }

    @Override
    public void close() {
        registration.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
