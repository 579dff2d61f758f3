package dev.rollcall.gateway;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connection of a {@link ConnectionPool}. Used on that pool's event loop only. */
final class PooledConnection {
    /** Shorter than what servers commonly keep idle connections for, so that a request rarely meets one that is just being closed. */
    static final int KEPT_IDLE_SECONDS = 4;

    private static final Pattern KEEP_ALIVE_SECONDS = Pattern.compile("(?i)(?:^|,)\\s*timeout=(\\d{1,6})");

    private final HttpClientConnection connection;
    private final ConnectionPool pool;
    private int secondsLeft = KEPT_IDLE_SECONDS;
    private boolean closed;

    PooledConnection(HttpClientConnection connection, ConnectionPool pool) {
        this.connection = connection;
        this.pool = pool;
    }

    Future<HttpClientRequest> request(HttpMethod method, String uri) {
        return connection.request(new RequestOptions().setMethod(method).setURI(uri));
    }

    /**
     * A response has come to its end: the connection goes back to its pool if the instance keeps it open and has taken the whole request,
     * or else is closed.
     */
    void release(HttpClientResponse answer) {
        secondsLeft = Math.min(KEPT_IDLE_SECONDS, keptSeconds(answer));
        if (closed) {
            return;
        }
        if (secondsLeft > 0 && connection.activeStreams() == 0) {
            pool.release(this);
        } else {
            close();
        }
    }

    /** For how long the other side keeps the connection when idle, as far as it says: RFC 9112, section 9.3. */
    private static int keptSeconds(HttpClientResponse answer) {
        String connection = answer.getHeader("connection");
        boolean kept = answer.version() == HttpVersion.HTTP_1_1
                ? connection == null || !names(connection, "close")
                : connection != null && names(connection, "keep-alive");
        if (!kept || answer.statusCode() == 101) {
            return 0;
        }
        String keepAlive = answer.getHeader("keep-alive");
        Matcher limit = keepAlive == null ? null : KEEP_ALIVE_SECONDS.matcher(keepAlive);
        return limit != null && limit.find() ? Integer.parseInt(limit.group(1)) : Integer.MAX_VALUE;
    }

    private static boolean names(String connection, String option) {
        return connection.toLowerCase(Locale.ROOT).contains(option);
    }

    /** It has been idle for another second. */
    boolean hasGrownOld() {
        return --secondsLeft <= 0;
    }

    void close() {
        var unused = connection.close();
    }

    /** It has been closed, by whichever side. */
    void closed() {
        closed = true;
    }
}
