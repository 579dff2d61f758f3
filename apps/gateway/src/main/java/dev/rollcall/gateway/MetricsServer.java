package dev.rollcall.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Answers {@code GET /metrics} at an address apart from the traffic's, and ends with its Vert.x. Safe for use by many threads. */
final class MetricsServer {
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final int MAX_IDLE_SECONDS = 60;

    private MetricsServer() {}

    /**
     * Begins to listen, if it is to.
     *
     * @return where, with the port that it got
     * @throws IOException if the address can't be used; the message says which and why
     */
    static Optional<InetSocketAddress> start(
            Vertx vertx, Optional<InetSocketAddress> where, Supplier<String> text, Duration atMost)
            throws IOException, InterruptedException {
        if (where.isEmpty()) {
            return where;
        }
        InetSocketAddress address = where.get();
        String host = address.getAddress().getHostAddress();
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setIdleTimeout(MAX_IDLE_SECONDS))
                .requestHandler(request -> {
                    if (request.path() == null || !request.path().equals("/metrics")) {
                        request.response().setStatusCode(404).end();
                    } else {
                        request.response()
                                .putHeader("Content-Type", PROMETHEUS_TEXT)
                                .end(text.get());
                    }
                });
        try {
            int port = server.listen(address.getPort(), host)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(atMost.toMillis(), TimeUnit.MILLISECONDS)
                    .actualPort();
            return Optional.of(new InetSocketAddress(address.getAddress(), port));
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    "can't show metrics on " + host + ":" + address.getPort() + ": " + EventLoops.reason(e), e);
        }
    }
}
