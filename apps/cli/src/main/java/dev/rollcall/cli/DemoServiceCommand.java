package dev.rollcall.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One of the demo's services: an HTTP server that answers with its id, and registers itself through Rollcall as any
 * application would. {@code POST /weight} makes it report another weight. It ends with SIGTERM, or when its standard input does, as
 * that means that the demo is gone.
 */
@Command(name = DemoServiceCommand.NAME, hidden = true)
final class DemoServiceCommand implements Callable<Integer> {
    static final String NAME = "demo-service";
    static final String SCHEME = "http";

    private static final int MAX_BODY_BYTES = 16;
    private static final int THREADS = 4;
    private static final Duration UPDATE_LIMIT = Duration.ofSeconds(3);

    @Option(names = "--service", required = true)
    private String service = "";

    @Option(names = "--id", required = true)
    private String id = "";

    @Option(names = "--ttl", required = true)
    private Duration ttl = Duration.ZERO;

    private @Nullable Registration registration;

    @Override
    public Integer call() throws IOException {
        // This server writes heads and bodies apart, which costs 40 ms each with Nagle's algorithm.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        server.setExecutor(threads);
        server.createContext("/", exchange -> answer(exchange, 200, id));
        server.createContext("/weight", this::reportWeight);
        server.start();
        // The client's own shutdown hook deregisters on SIGTERM, while the server still answers.
        try (Rollcall rollcall = Rollcall.builder(System.getenv(RegistryOptions.VARIABLE))
                .ttl(ttl)
                .connect()) {
            String endpoint = SCHEME + "://127.0.0.1:" + server.getAddress().getPort();
            registration = rollcall.register(Instance.of(service, endpoint).withId(id));
            awaitEndOfInput();
        }
        server.stop(0);
        threads.shutdownNow();
        return ExitCode.OK;
    }

    private void reportWeight(HttpExchange exchange) throws IOException {
        try (InputStream body = exchange.getRequestBody()) {
            int weight = Integer.parseInt(new String(body.readNBytes(MAX_BODY_BYTES), StandardCharsets.UTF_8));
            if (registration == null) {
                answer(exchange, 503, "not registered yet");
                return;
            }
            registration
                    .update(instance -> instance.withWeight(weight))
                    .get(UPDATE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            answer(exchange, 200, "weight " + weight);
        } catch (IllegalArgumentException e) {
            answer(exchange, 400, "expected: a weight");
        } catch (ExecutionException | TimeoutException e) {
            answer(exchange, 503, "not stored: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer(exchange, 503, "ending");
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            // Nothing is expected.
        }
    }
}
