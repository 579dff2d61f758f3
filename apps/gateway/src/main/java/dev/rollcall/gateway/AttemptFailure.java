package dev.rollcall.gateway;

import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Why an attempt ended without a response. Immutable.
 *
 * @param text what happened, fit to be shown to a client
 */
record AttemptFailure(Kind kind, String text) {
    private static final long REFUSED_STREAM = 0x7; // RFC 9113, section 7: nothing was done with the request

    /** What an attempt came to. */
    enum Kind {
        NO_ENDPOINT(502, "no_endpoint", false),
        NOT_CONNECTED(502, "connect_failed", false),
        BUSY(503, "overloaded", false),
        REFUSED(503, "overloaded", false),
        CONNECTION_LOST(502, "connection_lost", true),
        BAD_RESPONSE(502, "bad_response", true),
        TIMED_OUT(504, "timeout", true);

        private final int status;
        private final String error;
        private final boolean mayHaveBegun;

        Kind(int status, String error, boolean mayHaveBegun) {
            this.status = status;
            this.error = error;
            this.mayHaveBegun = mayHaveBegun;
        }
    }

    int status() {
        return kind.status;
    }

    String error() {
        return kind.error;
    }

    /** Whether the instance may have begun to act on the request. */
    boolean mayHaveBegun() {
        return kind.mayHaveBegun;
    }

    /** Of a connection that could not be had. */
    static AttemptFailure connecting(Throwable cause) {
        if (cause instanceof ConnectionPoolTooBusyException) {
            return new AttemptFailure(Kind.BUSY, "too many requests wait for a connection");
        }
        return new AttemptFailure(Kind.NOT_CONNECTED, reason(cause));
    }

    private static String reason(Throwable cause) {
        if (cause instanceof ConnectTimeoutException || cause instanceof TimeoutException) {
            return "connecting took too long";
        }
        if (cause instanceof UnknownHostException) {
            return "unknown host";
        }
        if (cause instanceof NoRouteToHostException) {
            return "no route to host";
        }
        if (cause instanceof ConnectException) {
            return "connection refused";
        }
        if (cause instanceof SSLException || cause.getCause() instanceof SSLException) {
            return "TLS handshake failed";
        }
        return "no connection";
    }

    /** Of a request that was sent, at least in part. */
    static AttemptFailure afterSending(Throwable cause) {
        if (cause instanceof StreamResetException reset) {
            return reset.getCode() == REFUSED_STREAM
                    ? new AttemptFailure(Kind.REFUSED, "stream refused")
                    : new AttemptFailure(Kind.CONNECTION_LOST, "stream reset, code " + reset.getCode());
        }
        if (cause instanceof HttpClosedException || cause instanceof SocketException) {
            return new AttemptFailure(Kind.CONNECTION_LOST, "connection lost before a response came");
        }
        return new AttemptFailure(Kind.BAD_RESPONSE, "no valid HTTP response came");
    }

    static AttemptFailure timeout(long millis) {
        return new AttemptFailure(Kind.TIMED_OUT, "no response within " + millis + " ms");
    }
}
