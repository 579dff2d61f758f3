package dev.rollcall.gateway;

import dev.rollcall.gateway.Unreadable.Fault;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpConstants;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads HTTP/1 requests as Netty does, but refuses what Netty puts right, as another reader may put it right differently: a length
 * beside {@code Transfer-Encoding} (RFC 9112, section 6.1), lines of a head that begin with white space (section 5.2), fields without a
 * name, and chunks' sizes beyond 31 bits. What it
 * refuses comes out as an invalid message, which Vert.x answers with 400. A head that has begun must be complete within a limit.
 */
final class StrictRequestDecoder extends HttpRequestDecoder {
    /** What makes the head that is being read invalid. */
    private static final byte[] NO_FIELD = "line that begins with white space\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] NO_SIZE = "size that is none\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] TIME_IS_UP =
            "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    private final long headTimeoutMillis;
    private final Unreadable unreadable;
    private @Nullable ScheduledFuture<?> timer;
    private long waitingSinceNanos;
    private boolean inHead = true;
    /** Whether a line of the head was read that was not empty. */
    private boolean lineRead;

    private boolean anyRequest;
    /** Of the body that is being read, if it comes in chunks. */
    private @Nullable ChunkSizes chunks;

    /** Makes the headers that Vert.x would. */
    private enum VertxHeaders implements HttpHeadersFactory {
        FACTORY;

        @Override
        public HttpHeaders newHeaders() {
            return (HttpHeaders) io.vertx.core.http.HttpHeaders.headers();
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
            return newHeaders();
        }
    }

    StrictRequestDecoder(Settings settings, Unreadable unreadable) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(Worker.MAX_INITIAL_LINE_BYTES)
                .setMaxHeaderSize(settings.maxHeaderBytes())
                .setStrictLineParsing(true)
                .setHeadersFactory(VertxHeaders.FACTORY));
        this.headTimeoutMillis = settings.headTimeout().toMillis();
        this.unreadable = unreadable;
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("Content-Length beside Transfer-Encoding");
    }

    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        if (length == 0) {
            throw new IllegalArgumentException("field without a name");
        }
        return super.splitHeaderName(line, start, length);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        int before = out.size();
        int fault = inHead ? indentedLine(in) : chunks == null ? -1 : chunks.check(in);
        if (fault < 0) {
            super.decode(context, in, out);
        } else {
            super.decode(context, in.readSlice(fault - in.readerIndex()), out);
            super.decode(context, Unpooled.wrappedBuffer(inHead ? NO_FIELD : NO_SIZE), out);
            in.skipBytes(in.readableBytes());
        }
        for (int i = before; i < out.size(); i++) {
            note(context, out.get(i));
        }
        boolean waiting = inHead && (lineRead || in.isReadable());
        if (!waiting) {
            cancelTimer();
        } else if (timer == null) {
            waitingSinceNanos = System.nanoTime();
            startTimer(context);
        }
    }

    /** Where a line begins with white space in as much of the head as is here; -1 if none does. */
    private int indentedLine(ByteBuf in) {
        int end = in.writerIndex();
        int line = in.readerIndex();
        while (line < end) {
            byte first = in.getByte(line);
            if (first == HttpConstants.SP || first == HttpConstants.HT) {
                return line;
            }
            boolean empty = first == HttpConstants.CR || first == HttpConstants.LF;
            if (empty && lineRead) {
                return -1;
            }
            int lineEnd = in.indexOf(line, end, HttpConstants.LF);
            if (lineEnd < 0) {
                return -1;
            }
            lineRead |= !empty;
            line = lineEnd + 1;
        }
        return -1;
    }

    /** Follows where in a message the next byte is. */
    private void note(ChannelHandlerContext context, Object decoded) {
        if (decoded instanceof HttpObject part && part.decoderResult().isFailure()) {
            refused(context, part);
        }
        if (decoded instanceof HttpMessage message) {
            anyRequest = true;
            inHead = false;
            chunks = HttpUtil.isTransferEncodingChunked(message) ? new ChunkSizes() : null;
        } else if (decoded instanceof HttpContent content && chunks != null) {
            chunks.read(content.content().readableBytes());
        }
        if (decoded instanceof LastHttpContent) {
            inHead = true;
            lineRead = false;
            chunks = null;
        }
    }

    private void refused(ChannelHandlerContext context, HttpObject part) {
        if (part instanceof HttpRequest request) {
            unreadable.refused(
                    context.channel(),
                    request,
                    Fault.ofHead(part.decoderResult().cause()));
        } else {
            unreadable.refused(context.channel(), null, Fault.MALFORMED_BODY);
        }
    }

    private void startTimer(ChannelHandlerContext context) {
        timer = context.executor().schedule(() -> timeIsUp(context), headTimeoutMillis, TimeUnit.MILLISECONDS);
    }

    private void timeIsUp(ChannelHandlerContext context) {
        if (!context.channel().config().isAutoRead()) {
            // The rest may have come: it is this gateway that does not read while a request before it is under way.
            startTimer(context);
            return;
        }
        unreadable.late(context.channel(), !anyRequest, System.nanoTime() - waitingSinceNanos);
        if (anyRequest) {
            var unused = context.close(); // A response may be under way, into which no other can be written.
        } else {
            context.writeAndFlush(Unpooled.wrappedBuffer(TIME_IS_UP)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) throws Exception {
        cancelTimer();
        // HTTP/1 has been left for HTTP/2, if that is there by now.
        ConnectionFault.watch(context.channel(), context.pipeline().get(Http2ConnectionHandler.class), unreadable);
        super.handlerRemoved0(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        cancelTimer();
        super.channelInactive(context);
    }
}
