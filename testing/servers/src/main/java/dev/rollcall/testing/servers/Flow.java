package dev.rollcall.testing.servers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.function.Predicate;

/**
 * One direction of a proxied connection: what was read from one side and not yet written to the other. The end of the
 * stream, or its reset, waits its turn behind the bytes. Used on the proxy's thread alone.
 */
final class Flow {

    /** What one direction holds back before it stops reading. */
    static final int LIMIT_BYTES = 4 * 1024 * 1024;

    private enum Kind {
        BYTES,
        END,
        RESET
    }

    private record Chunk(Kind kind, ByteBuffer bytes, long readAtNanos) {}

    /** What came of passing on. */
    enum Outcome {
        /** All that may pass has passed, or waits for the sink. */
        OPEN,
        /** The end of the stream has passed. */
        ENDED,
        /** The reset has passed: the connection is to be reset. */
        RESET
    }

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel source;
    private final SocketChannel sink;
    private final Faults faults;
    private final Faults.OneWay oneWay;

    private final ArrayDeque<Chunk> queue = new ArrayDeque<>();
    private long queuedBytes;
    private boolean sourceEnded;
    private boolean sinkBroken;
    private boolean held;
    private boolean ended;
    private boolean waitsForSink;

    Flow(SocketChannel source, SocketChannel sink, Faults faults, TcpProxy.Direction direction) {
        this.source = source;
        this.sink = sink;
        this.faults = faults;
        this.oneWay = faults.oneWay(direction);
    }

    long queuedBytes() {
        return queuedBytes;
    }

    boolean ended() {
        return ended;
    }

    boolean wantsToRead() {
        return !sourceEnded && queuedBytes < LIMIT_BYTES;
    }

    boolean wantsToWrite() {
        return waitsForSink;
    }

    void release() {
        held = false;
    }

    /** Reads what the source has. */
    void read(ByteBuffer scratch, long nowNanos) {
        scratch.clear();
        int count;
        try {
            count = source.read(scratch);
        } catch (IOException e) {
            sourceBroken(nowNanos);
            return;
        }
        if (count < 0) {
            end(Kind.END, nowNanos);
        } else if (count > 0 && !sinkBroken) {
            scratch.flip();
            ByteBuffer bytes = ByteBuffer.allocate(count).put(scratch).flip().asReadOnlyBuffer();
            Predicate<ByteBuffer> match = oneWay.match;
            if (!held && match != null) {
                held = match.test(bytes.duplicate());
            }
            queue.add(new Chunk(Kind.BYTES, bytes, nowNanos));
            queuedBytes += count;
        }
    }

    /** The source was reset, or cannot be reached; its reader learns it in its turn. */
    void sourceBroken(long nowNanos) {
        end(Kind.RESET, nowNanos);
    }

    private void end(Kind kind, long nowNanos) {
        if (!sourceEnded) {
            sourceEnded = true;
            queue.add(new Chunk(kind, NOTHING, nowNanos));
        }
    }

    /** Whether the sink turned out to be gone; the other direction then ends with a reset. */
    boolean sinkBroken() {
        return sinkBroken;
    }

    /** When the next bytes may pass, in the clock's nanoseconds; {@code Long.MAX_VALUE} when not by time alone. */
    long dueNanos() {
        Chunk head = queue.peek();
        return head == null || faults.frozen || held || waitsForSink || !sink.isConnected()
                ? Long.MAX_VALUE
                : head.readAtNanos + oneWay.delayNanos;
    }

    /** Passes on what the faults and the sink allow. */
    Outcome pass(long nowNanos) {
        waitsForSink = false;
        while (dueNanos() <= nowNanos) {
            Chunk head = queue.element();
            if (head.kind == Kind.RESET) {
                queue.clear();
                return Outcome.RESET;
            }
            try {
                if (head.kind == Kind.END) {
                    sink.shutdownOutput();
                    ended = true;
                } else {
                    queuedBytes -= sink.write(head.bytes);
                    if (head.bytes.hasRemaining()) {
                        waitsForSink = true;
                        return Outcome.OPEN;
                    }
                }
            } catch (IOException e) {
                sinkBroken = true;
                queue.clear();
                queuedBytes = 0;
                return Outcome.OPEN;
            }
            queue.remove();
        }
        return ended ? Outcome.ENDED : Outcome.OPEN;
    }
}
