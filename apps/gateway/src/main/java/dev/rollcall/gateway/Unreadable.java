package dev.rollcall.gateway;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What could not be read as a request, from the TLS handshake to the head of HTTP/1: counted, and a line in the access log, as no handler of
 * requests ever sees it. Of connections that end below the level of requests, which cost a client nearly nothing, only so many lines are
 * written a second. Safe for use by many threads.
 */
final class Unreadable {
    /** For metrics alone, so the label has few values, whatever clients send. */
    enum Fault {
        /** A head that no two readers need read alike. */
        MALFORMED_HEAD(400),
        LINE_TOO_LONG(414),
        HEAD_TOO_LARGE(431),
        HEAD_TIMEOUT(408),
        /** A body's framing; its request has a line of its own. */
        MALFORMED_BODY(0),
        TLS_HANDSHAKE(0),
        /** HTTP/2's rules are broken, so that the connection is ended; requests under way on it have lines of their own. */
        HTTP2_BROKEN(0);

        private final int status;

        Fault(int status) {
            this.status = status;
        }

        /** As Vert.x judges it when it answers. */
        static Fault ofHead(@Nullable Throwable cause) {
            return cause instanceof TooLongHttpLineException
                    ? LINE_TOO_LONG
                    : cause instanceof TooLongHttpHeaderException ? HEAD_TOO_LARGE : MALFORMED_HEAD;
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int MAX_CONNECTION_LINES_PER_SECOND = 20;

    private final GatewayMetrics metrics;
    private final AccessLog accessLog;
    private final LineAllowance connectionLines;

    Unreadable(GatewayMetrics metrics, AccessLog accessLog, LongSupplier nanoTime) {
        this.metrics = metrics;
        this.accessLog = accessLog;
        this.connectionLines = new LineAllowance(MAX_CONNECTION_LINES_PER_SECOND, nanoTime);
    }

    /**
     * A request is refused.
     *
     * @param request as much of it as was read; null if nothing was
     */
    void refused(Channel client, @Nullable HttpRequest request, Fault fault) {
        note(client, request, fault, fault.status, 0);
    }

    /**
     * A head was not complete in time.
     *
     * @param answered whether the client is told so; else the connection is closed
     */
    void late(Channel client, boolean answered, long nanos) {
        note(client, null, Fault.HEAD_TIMEOUT, answered ? Fault.HEAD_TIMEOUT.status : 0, nanos);
    }

    /** A connection is closed without an answer, as what it begins with is no request. */
    void closed(Channel client) {
        note(client, null, Fault.MALFORMED_HEAD, 0, 0);
    }

    void handshakeFailed(Channel client, Throwable cause) {
        noteConnection(client, Fault.TLS_HANDSHAKE, ConnectionFault.ofHandshake(cause));
    }

    void http2Broken(Channel client, String reason) {
        noteConnection(client, Fault.HTTP2_BROKEN, reason);
    }

    private void noteConnection(Channel client, Fault fault, String reason) {
        metrics.unreadable(fault);
        if (accessLog.isWanted()) {
            connectionLines
                    .ask()
                    .ifPresent(heldBack -> accessLog.add(line(client, null, fault, fault.status, 0) + " (" + reason
                            + ")" + (heldBack == 0 ? "" : " and " + heldBack + " like it before, not shown")));
        }
    }

    private void note(Channel client, @Nullable HttpRequest request, Fault fault, int status, long nanos) {
        metrics.unreadable(fault);
        if (accessLog.isWanted()) {
            accessLog.add(line(client, request, fault, status, nanos));
        }
    }

    private static String line(Channel client, @Nullable HttpRequest request, Fault fault, int status, long nanos) {
        // what Netty makes up where no line could be read is whole
        String target = request == null || request instanceof FullHttpRequest
                ? "- - -"
                : AccessLog.shown(request.method().name()) + " " + AccessLog.shown(request.uri()) + " "
                        + AccessLog.shown(request.protocolVersion().text());
        return address(client) + " " + target + " " + status + " in=0 out=0 ms=" + AccessLog.millis(nanos)
                + " - - tries=0 " + fault.text();
    }

    private static String address(Channel client) {
        return client.remoteAddress() instanceof InetSocketAddress address && address.getAddress() != null
                ? address.getAddress().getHostAddress()
                : "-";
    }
}
