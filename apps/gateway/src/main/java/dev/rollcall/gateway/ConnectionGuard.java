package dev.rollcall.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpConstants;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that an HTTP/1 connection is read by a {@link StrictRequestDecoder}, then goes away.
 *
 * <p>Vert.x decides by a connection's first bytes whether it is HTTP/1, adds its own decoder, and passes the same bytes on to it before anybody is
 * told. So bytes go through one by one until that decoder is there, which is after one to three; it keeps them, as they are no whole line, and
 * hands them to the one that takes its place. Behind TLS the decoder is there before the first byte.
 */
final class ConnectionGuard extends ChannelInboundHandlerAdapter {
    /** Vert.x's name for it. */
    private static final String DECODER = "httpDecoder";

    private final Settings settings;
    private final Unreadable unreadable;
    private @Nullable ScheduledFuture<?> timer;
    private boolean begun;

    ConnectionGuard(Settings settings, Unreadable unreadable) {
        this.settings = settings;
        this.unreadable = unreadable;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ChannelPipeline pipeline = context.pipeline();
        if (!(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
            return;
        }
        if (pipeline.first() == this && pipeline.get(SslHandler.class) != null) {
            String tls = pipeline.context(SslHandler.class).name();
            pipeline.remove(this);
            pipeline.addAfter(tls, null, new ConnectionGuard(settings, unreadable));
            context.fireChannelRead(bytes);
            return;
        }
        if (!begun && isWhiteSpace(bytes)) {
            bytes.release(); // no request begins so, and Netty would skip it
            unreadable.closed(context.channel());
            var unused = context.close();
            return;
        }
        begun = true;
        while (!isSettled(pipeline) && bytes.isReadable()) {
            context.fireChannelRead(bytes.readRetainedSlice(1));
        }
        if (isSettled(pipeline)) {
            cancelTimer();
            ConnectionFault.watch(context.channel(), pipeline.get(Http2ConnectionHandler.class), unreadable);
            pipeline.remove(this);
        } else if (timer == null) {
            timer = context.executor()
                    .schedule(() -> timeIsUp(context), settings.headTimeout().toMillis(), TimeUnit.MILLISECONDS);
        }
        if (bytes.isReadable()) {
            context.fireChannelRead(bytes);
        } else {
            bytes.release();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            unreadable.handshakeFailed(context.channel(), handshake.cause());
        }
        super.userEventTriggered(context, event);
    }

    /** Whether it is known who reads this connection; if that is HTTP/1's decoder, it has been replaced by then. */
    private boolean isSettled(ChannelPipeline pipeline) {
        if (pipeline.get(DECODER) == null) {
            return pipeline.get(Http2ConnectionHandler.class) != null;
        }
        if (pipeline.get(StrictRequestDecoder.class) == null) {
            pipeline.replace(DECODER, DECODER, new StrictRequestDecoder(settings, unreadable));
        }
        return true;
    }

    private static boolean isWhiteSpace(ByteBuf bytes) {
        byte first = bytes.isReadable() ? bytes.getByte(bytes.readerIndex()) : 0;
        return first == HttpConstants.SP || first == HttpConstants.HT;
    }

    private void timeIsUp(ChannelHandlerContext context) {
        unreadable.late(context.channel(), false, settings.headTimeout().toNanos());
        var unused = context.close();
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        cancelTimer();
        super.channelInactive(context);
    }
}
