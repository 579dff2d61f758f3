package dev.rollcall.gateway;

import dev.rollcall.Reading;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.PemKeyCertOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop has of the gateway: a part of the connections from clients, and connections of its own to instances, so that a
 * request never changes threads.
 */
final class Worker extends VerticleBase {
    /** Vert.x's name for a free port that all instances of a deployment share. */
    private static final int ANY_PORT = -1;

    static final int MAX_INITIAL_LINE_BYTES = 8 * 1024;

    private final Settings settings;
    private final Shared shared;
    private @Nullable HttpServer server;
    private @Nullable Upstreams upstreams;

    Worker(Settings settings, Shared shared) {
        this.settings = settings;
        this.shared = shared;
    }

    @Override
    public Future<?> start() {
        upstreams = new Upstreams(vertx, settings);
        HttpServer listening = vertx.createHttpServer(options(settings)).requestHandler(this::handle);
        server = listening;
        String host = settings.listen().getAddress().getHostAddress();
        int port = settings.listen().getPort();
        return listening.listen(port == 0 ? ANY_PORT : port, host);
    }

    private static HttpServerOptions options(Settings settings) {
        HttpServerOptions options = new HttpServerOptions()
                .setMaxHeaderSize(settings.maxHeaderBytes())
                .setMaxInitialLineLength(MAX_INITIAL_LINE_BYTES)
                .setIdleTimeout((int) settings.idleTimeout().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                // WebSockets pass as bytes: what the two ends agree on is theirs, and nothing may be added to it.
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setTcpNoDelay(true);
        settings.tls()
                .ifPresent(tls -> options.setSsl(true)
                        .setUseAlpn(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setCertPath(tls.certificates().toString())
                                .setKeyPath(tls.key().toString())));
        return options;
    }

    private void handle(HttpServerRequest request) {
        AccessRecord record = new AccessRecord(request, shared);
        if (HeaderFields.listsClose(request)) {
            request.response().endHandler(ended -> request.connection().close());
        }
        String path = Paths.path(request.uri());
        Refusal fault = Acceptance.fault(request, path);
        if (fault != null || path == null) {
            refuse(record, fault == null ? Acceptance.badRequest("The request has no path.") : fault);
            return;
        }
        Routes routes = shared.routes().known();
        if (routes == null) {
            refuse(
                    record,
                    Refusal.of(
                            503,
                            "rules_unknown",
                            "No rules are known: " + shared.routes().problem() + "."));
            return;
        }
        Destination destination = routes.find(request, path);
        if (destination == null) {
            refuse(record, Refusal.of(404, "no_route", "No route leads anywhere from " + shown(path) + "."));
            return;
        }
        RoutedService service = shared.services().find(destination.service(), destination.known());
        if (service == null) {
            refuse(record, noService(destination));
            return;
        }
        record.service(service.name());
        proxy(record, destination, service);
    }

    private void proxy(AccessRecord record, Destination destination, RoutedService service) {
        if (service.known().isDone()) {
            begin(record, destination, service);
            return;
        }
        HttpServerRequest request = record.request().pause();
        Future.fromCompletionStage(service.known(), context)
                .timeout(settings.registryWait().toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(known -> {
                    request.resume();
                    if (known.succeeded()) {
                        begin(record, destination, service);
                    } else {
                        refuse(
                                record,
                                Refusal.of(
                                        503,
                                        "registry_unreachable",
                                        "No instance of " + service.name() + " is known." + service.standing()));
                    }
                });
    }

    private void begin(AccessRecord record, Destination destination, RoutedService service) {
        if (Tunnel.isWanted(record.request())) {
            new Tunnel(this, record, destination, service).begin();
        } else {
            new Exchange(this, record, destination, service).begin();
        }
    }

    private Refusal noService(Destination destination) {
        Reading<?> catalogue = shared.services().catalogue();
        if (catalogue instanceof Reading.Pending<?>) {
            return Refusal.of(
                    503, "registry_unreachable", "The registry has not answered yet, so no service is known.");
        }
        return Refusal.of(
                404,
                "no_service",
                "No service " + shown(destination.service()) + " is registered"
                        + (catalogue instanceof Reading.Stale<?>
                                ? ", as far as is known: the registry is away."
                                : "."));
    }

    private void refuse(AccessRecord record, Refusal refusal) {
        record.refused(refusal, 0);
        refusal.send(record.request().response(), Exchange.isGrpc(record.request()));
        if (refusal.status() == 400 && record.request().version() != HttpVersion.HTTP_2) {
            record.request().connection().close(); // who is not understood once may mean something else by what follows
        }
    }

    private static String shown(String text) {
        return "'" + (text.length() > 100 ? text.substring(0, 100) + "…" : text) + "'";
    }

    Settings settings() {
        return settings;
    }

    Vertx vertx() {
        return vertx;
    }

    /** Runs something later on this event loop. Other than Vert.x's timers, these cost next to nothing while they don't fire. */
    ScheduledFuture<?> schedule(Runnable task, long millis) {
        ContextInternal loop = (ContextInternal) context;
        return loop.nettyEventLoop()
                .schedule(() -> loop.runOnContext(turn -> task.run()), millis, TimeUnit.MILLISECONDS);
    }

    TrafficCounters counters() {
        return shared.counters();
    }

    Upstreams upstreams() {
        Upstreams started = upstreams;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    int port() {
        HttpServer listening = server;
        if (listening == null) {
            throw new IllegalStateException("not started");
        }
        return listening.actualPort();
    }

    /** Stops accepting, lets what is under way end, and closes the rest when the time is up. */
    Future<Void> drain(Duration atMost) {
        HttpServer listening = server;
        return listening == null
                ? Future.succeededFuture()
                : listening.shutdown(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }
}
