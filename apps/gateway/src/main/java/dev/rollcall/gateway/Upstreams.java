package dev.rollcall.gateway;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connections from one event loop to instances. What is spoken follows from the endpoint's scheme: {@code http} is HTTP/1.1, {@code h2c}
 * and {@code grpc} are HTTP/2 in clear text, {@code https} and {@code grpcs} are TLS and what is agreed there; {@code tcp}, which says
 * nothing, is HTTP/1.1, or HTTP/2 for gRPC.
 */
final class Upstreams {
    private static final List<String> HTTP_SCHEMES = List.of("http", "https", "h2c", "tcp");
    private static final List<String> GRPC_SCHEMES = List.of("grpc", "grpcs", "h2c", "https", "tcp", "http");
    private static final Set<String> TLS_SCHEMES = Set.of("https", "grpcs");
    private static final Set<String> HTTP2_SCHEMES = Set.of("h2c", "grpc");
    private static final Duration SWEEP = Duration.ofSeconds(1);

    private static final int MAX_CONNECTIONS_PER_INSTANCE = 256;
    private static final int MAX_WAITING_PER_INSTANCE = 1_000;
    private static final int MAX_HTTP2_CONNECTIONS_PER_INSTANCE = 4;
    private static final int WINDOW_BYTES = 1 << 20;

    private final Vertx vertx;
    private final Map<Endpoint, ConnectionPool> pools = new HashMap<>();
    private final ConnectionPool.Limits limits;
    private final HttpClientAgent http1;
    private final HttpClientAgent http2;
    private final HttpClientAgent tls;

    Upstreams(Vertx vertx, Settings settings) {
        this.vertx = vertx;
        this.limits = new ConnectionPool.Limits(
                MAX_CONNECTIONS_PER_INSTANCE, MAX_WAITING_PER_INSTANCE, settings.connectTimeout());
        PoolOptions pool = new PoolOptions()
                .setHttp1MaxSize(MAX_CONNECTIONS_PER_INSTANCE)
                .setHttp2MaxSize(MAX_HTTP2_CONNECTIONS_PER_INSTANCE)
                .setMaxWaitQueueSize(MAX_WAITING_PER_INSTANCE);
        this.http1 = vertx.createHttpClient(options(settings), pool);
        this.http2 = vertx.createHttpClient(
                options(settings).setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false), pool);
        HttpClientOptions secure = options(settings)
                .setSsl(true)
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1));
        settings.upstreamCertificates()
                .ifPresent(file -> secure.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
        this.tls = vertx.createHttpClient(secure, pool);
        vertx.setPeriodic(SWEEP.toMillis(), id -> sweep());
    }

    private void sweep() {
        pools.values().removeIf(pool -> {
            pool.sweep();
            return pool.isEmpty();
        });
    }

    private static HttpClientOptions options(Settings settings) {
        return new HttpClientOptions()
                .setConnectTimeout((int) settings.connectTimeout().toMillis())
                .setKeepAliveTimeout(PooledConnection.KEPT_IDLE_SECONDS)
                .setHttp2KeepAliveTimeout(PooledConnection.KEPT_IDLE_SECONDS)
                .setIdleTimeout((int) settings.idleTimeout().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setMaxHeaderSize(settings.maxHeaderBytes())
                .setHttp2ConnectionWindowSize(WINDOW_BYTES)
                .setTcpNoDelay(true);
    }

    /** Where to reach an instance for a request; null if it has no endpoint for that. */
    static @Nullable Endpoint endpoint(Instance instance, boolean grpc) {
        for (String scheme : grpc ? GRPC_SCHEMES : HTTP_SCHEMES) {
            for (Endpoint endpoint : instance.endpoints()) {
                if (endpoint.scheme().equals(scheme) && endpoint.port() > 0) {
                    return endpoint;
                }
            }
        }
        return null;
    }

    /** Hands out a request on a connection that is there or can be made; or fails, with nothing sent. */
    void request(Endpoint endpoint, boolean grpc, HttpMethod method, String uri, Completable<Upstream> receiver) {
        boolean secure = TLS_SCHEMES.contains(endpoint.scheme());
        if (secure || grpc || HTTP2_SCHEMES.contains(endpoint.scheme())) {
            request(secure ? tls : http2, endpoint, secure, method, uri)
                    .<Upstream>map(request -> new Upstream(request, null))
                    .onComplete(receiver);
        } else {
            requestPooled(endpoint, method, uri, receiver);
        }
    }

    private void requestPooled(Endpoint endpoint, HttpMethod method, String uri, Completable<Upstream> receiver) {
        ConnectionPool pool = pools.computeIfAbsent(endpoint, this::pool);
        pool.acquire((connection, noConnection) -> {
            if (connection == null) {
                receiver.fail(noConnection);
                return;
            }
            connection.request(method, uri).onComplete((request, failure) -> {
                if (request == null) {
                    connection.close();
                    receiver.fail(failure);
                } else {
                    receiver.succeed(new Upstream(request, connection));
                }
            });
        });
    }

    private ConnectionPool pool(Endpoint endpoint) {
        HttpConnectOptions options = new HttpConnectOptions()
                .setHost(endpoint.host())
                .setPort(endpoint.port())
                .setConnectTimeout(limits.maxWait().toMillis());
        return new ConnectionPool(vertx, () -> http1.connect(options), limits);
    }

    private Future<HttpClientRequest> request(
            HttpClientAgent client, Endpoint endpoint, boolean secure, HttpMethod method, String uri) {
        return client.request(new RequestOptions()
                .setMethod(method)
                .setHost(endpoint.host())
                .setPort(endpoint.port())
                .setSsl(secure)
                .setURI(uri)
                .setConnectTimeout(limits.maxWait().toMillis()));
    }

    /** For requests that ask to leave HTTP on their connection, which only HTTP/1.1 has. */
    Future<HttpClientRequest> upgrade(Endpoint endpoint, HttpMethod method, String uri) {
        boolean secure = TLS_SCHEMES.contains(endpoint.scheme());
        return request(secure ? tls : http1, endpoint, secure, method, uri);
    }

    Future<?> close() {
        return Future.join(http1.close(), http2.close(), tls.close());
    }
}
