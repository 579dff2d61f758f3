package dev.rollcall.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.ssl.NotSslRecordException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Puts into words why a connection ended below the level of requests, without what the client sent, as that may hold secrets. */
final class ConnectionFault {
    private static final int MAX_CHARS = 120;

    private ConnectionFault() {}

    /** Reports it when this gateway ends an HTTP/2 connection because the client broke the protocol's rules. */
    static void watch(Channel client, @Nullable Http2ConnectionHandler http2, Unreadable unreadable) {
        if (http2 == null) {
            return;
        }
        http2.connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onGoAwaySent(int lastStreamId, long errorCode, ByteBuf debugData) {
                if (errorCode != Http2Error.NO_ERROR.code()) {
                    unreadable.http2Broken(client, ofHttp2(errorCode, debugData));
                }
            }
        });
    }

    /** What a TLS handshake failed of. */
    static String ofHandshake(Throwable cause) {
        if (cause instanceof NotSslRecordException) {
            // Netty's message has the bytes: the request, if it came in clear text.
            return "what the client sends is no TLS";
        }
        return cause instanceof ClosedChannelException
                ? "the client closed the connection"
                : bounded(String.valueOf(cause.getMessage()));
    }

    /** What GOAWAY says; Netty's own words end where it quotes what it read. */
    private static String ofHttp2(long errorCode, ByteBuf debugData) {
        Http2Error error = Http2Error.valueOf(errorCode);
        String words = debugData.toString(StandardCharsets.UTF_8);
        int end = 0;
        while (end < words.length() && "':\"[".indexOf(words.charAt(end)) < 0 && !words.startsWith(". ", end)) {
            end++;
        }
        String code = error == null ? "error " + errorCode : error.name();
        return end == 0 ? code : bounded(code + ", " + words.substring(0, end));
    }

    /** On one line, of bounded length, in ASCII. */
    private static String bounded(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length() && shown.length() < MAX_CHARS; i++) {
            char c = text.charAt(i);
            shown.append(c >= ' ' && c < 0x7f ? c : '_');
        }
        return shown.toString();
    }
}
