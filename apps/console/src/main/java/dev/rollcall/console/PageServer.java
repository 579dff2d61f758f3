package dev.rollcall.console;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The HTTP side: files, the stream of events, and what a page may ask for. */
final class PageServer implements AutoCloseable {
    private static final int START_SECONDS = 10;
    private static final int STOP_SECONDS = 5;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final int MAX_URL_BYTES = 8 * 1024;
    private static final int ID_BYTES = 16;
    private static final String RETRY = "retry: 1000\n\n";

    private final Board board;
    private final Guard guard;
    private final Assets assets = new Assets();
    private final SecureRandom random = new SecureRandom();
    private final Vertx vertx;
    private final HttpServer server;
    private final OverrideDesk desk;

    PageServer(
            Board board,
            Guard guard,
            boolean allowChanges,
            Consumer<String> changes,
            @Nullable PemKeyCertOptions certificate) {
        this.board = board;
        this.guard = guard;
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        this.desk = new OverrideDesk(vertx, board, allowChanges, changes);
        HttpServerOptions options = new HttpServerOptions()
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_URL_BYTES)
                .setHttp2ClearTextEnabled(false)
                .setTcpNoDelay(true)
                .setReuseAddress(true);
        if (certificate != null) {
            options.setSsl(true).setKeyCertOptions(certificate);
        }
        this.server = vertx.createHttpServer(options).requestHandler(routes());
    }

    /** Binds, and returns the port. */
    int listen(String host, int port) throws IOException, InterruptedException {
        try {
            return await(server.listen(port, host), START_SECONDS).actualPort();
        } catch (ExecutionException | TimeoutException e) {
            close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("can't listen on " + host + ":" + port + ": " + cause.getMessage(), cause);
        }
    }

    @Override
    public void close() {
        try {
            await(vertx.close(), STOP_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // Its threads are daemons, and its sockets end with the process.
        }
    }

    private Router routes() {
        Router router = Router.router(vertx);
        router.route().handler(this::admit);
        router.get("/events").handler(this::listen);
        router.post("/api/streams/:stream/open").handler(this::open);
        router.post("/api/streams/:stream/config").handler(this::openConfig);
        router.get("/api/config").handler(context -> readConfig(context, false));
        router.post("/api/config/reveal").handler(context -> readConfig(context, true));
        router.get("/api/find").handler(this::find);
        router.post("/api/override").handler(desk::ask);
        router.post("/api/override/clear").handler(desk::clear);
        router.get().handler(this::serve);
        return router;
    }

    private void admit(RoutingContext context) {
        HttpServerResponse response = context.response();
        Guard.addHeaders(response);
        Guard.Refusal refusal = guard.judge(context.request());
        if (refusal == null) {
            context.next();
            return;
        }
        if (refusal == Guard.Refusal.TOKEN) {
            response.putHeader("WWW-Authenticate", "Basic realm=\"Rollcall console\", charset=\"UTF-8\"");
        }
        response.setStatusCode(refusal.status)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .end(refusal.text);
    }

    private void serve(RoutingContext context) {
        Assets.Asset asset = assets.at(context.normalizedPath());
        HttpServerResponse response = context.response();
        if (asset == null) {
            response.setStatusCode(404)
                    .putHeader("Content-Type", "text/plain; charset=utf-8")
                    .end("There is no such page.\n");
            return;
        }
        response.putHeader("Content-Type", asset.type())
                .putHeader("Cache-Control", "no-cache")
                .putHeader("ETag", asset.tag());
        if (asset.tag().equals(context.request().getHeader("If-None-Match"))) {
            response.setStatusCode(304).end();
        } else {
            response.end(asset.content());
        }
    }

    private void listen(RoutingContext context) {
        Context connection = vertx.getOrCreateContext();
        HttpServerResponse response = context.response();
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        BrowserStream stream =
                new BrowserStream(HexFormat.of().formatHex(id), connection, response, board.executor(), board::tellAll);
        String opened = context.request().getParam("service");
        stream.open(opened == null || opened.isEmpty() ? null : opened);
        stream.openConfig(context.request().getParam("config") != null);
        response.closeHandler(unused -> board.executor().execute(() -> board.remove(stream)));
        response.exceptionHandler(unused -> board.executor().execute(() -> board.remove(stream)));
        board.executor().execute(() -> {
            boolean full = board.isFull();
            connection.runOnContext(unused -> {
                if (full) {
                    response.setStatusCode(503)
                            .putHeader("Retry-After", "10")
                            .end("Too many pages listen to this console.\n");
                } else {
                    response.setChunked(true)
                            .putHeader("Content-Type", "text/event-stream")
                            .putHeader("Cache-Control", "no-store")
                            .write(RETRY);
                    board.executor().execute(() -> {
                        if (!response.closed()) {
                            board.add(stream);
                        }
                    });
                }
            });
        });
    }

    private void open(RoutingContext context) {
        String service = context.request().getParam("service");
        ask(context, stream -> board.open(stream, service == null || service.isEmpty() ? null : service));
    }

    private void openConfig(RoutingContext context) {
        boolean open = Boolean.parseBoolean(context.request().getParam("open"));
        ask(context, stream -> board.openConfig(stream, open));
    }

    /** Does something for the page whose stream is named. */
    private void ask(RoutingContext context, Consumer<BrowserStream> request) {
        String id = context.pathParam("stream");
        Context connection = vertx.getOrCreateContext();
        board.executor().execute(() -> {
            BrowserStream stream = board.stream(id);
            if (stream != null) {
                request.accept(stream);
            }
            connection.runOnContext(unused ->
                    context.response().setStatusCode(stream == null ? 404 : 204).end());
        });
    }

    private void find(RoutingContext context) {
        String text = context.request().getParam("text", "");
        Context connection = vertx.getOrCreateContext();
        board.executor().execute(() -> {
            Buffer found;
            try {
                found = board.find(text);
            } catch (IllegalArgumentException e) {
                connection.runOnContext(
                        now -> context.response().setStatusCode(400).end(e.getMessage() + "\n"));
                return;
            }
            connection.runOnContext(now -> context.response()
                    .putHeader("Cache-Control", "no-store")
                    .putHeader("Content-Type", "application/json")
                    .end(found));
        });
    }

    private void readConfig(RoutingContext context, boolean reveal) {
        String key = context.request().getParam("key");
        Context connection = vertx.getOrCreateContext();
        board.executor().execute(() -> {
            var unused = board.config()
                    .read(key == null ? "" : key, reveal)
                    .handle((found, failure) -> failure == null
                            ? new ConfigAnswer(found, null)
                            : new ConfigAnswer(Optional.empty(), failure))
                    .thenAccept(answer -> connection.runOnContext(now -> answer.send(context.response())));
        });
    }

    /** What came of asking for a text. */
    private record ConfigAnswer(
            Optional<Buffer> found, @Nullable Throwable failure) {

        void send(HttpServerResponse response) {
            response.putHeader("Cache-Control", "no-store");
            if (found.isPresent()) {
                response.putHeader("Content-Type", "application/json").end(found.get());
                return;
            }
            response.putHeader("Content-Type", "text/plain; charset=utf-8");
            if (failure == null) {
                response.setStatusCode(404).end("Nothing is written there now.\n");
                return;
            }
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            response.setStatusCode(cause instanceof IllegalArgumentException ? 400 : 503)
                    .end(cause.getMessage() + "\n");
        }
    }

    private static <T> T await(Future<T> future, int seconds)
            throws ExecutionException, TimeoutException, InterruptedException {
        return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
    }
}
