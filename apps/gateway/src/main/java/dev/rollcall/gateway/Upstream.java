package dev.rollcall.gateway;

import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import org.jspecify.annotations.Nullable;

/**
 * A request to an instance, on its connection. Used on the request's event loop only.
 *
 * @param pooled the connection, if it is one of a {@link ConnectionPool}; else it is Vert.x's affair
 */
record Upstream(HttpClientRequest request, @Nullable PooledConnection pooled) {
    private static final long CANCEL = 0x8; // RFC 9113, section 7

    /** The response has come to its end. */
    void ended(HttpClientResponse answer) {
        if (pooled != null) {
            pooled.release(answer);
        }
    }

    /** Nobody wants the response, or what is left of it. */
    void abandon() {
        var unused = request.reset(CANCEL);
        if (pooled != null) {
            pooled.close();
        }
    }
}
