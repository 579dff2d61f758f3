package dev.rollcall.zookeeper;

import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * Gives requests a deadline, which ZooKeeper's asynchronous calls don't have. All are equally long, so those under way are a
 * queue ordered by deadline, and one timer serves ten thousand of them. Safe for use by many threads.
 */
final class Deadlines {
    private final EventLoop loop;
    private final Duration timeout;
    private final ConcurrentLinkedQueue<Limited<?>> underWay = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean ticking = new AtomicBoolean();

    Deadlines(EventLoop loop, Duration timeout) {
        this.loop = loop;
        this.timeout = timeout;
    }

    Duration timeout() {
        return timeout;
    }

    /** A reply that passes on the first of an answer and {@link Code#OPERATIONTIMEOUT}, and nothing after it. */
    <T> Limited<T> limit(Reply<T> reply) {
        Limited<T> limited = new Limited<>(reply, loop.nanoTime() + timeout.toNanos());
        underWay.add(limited);
        if (ticking.compareAndSet(false, true)) {
            loop.schedule(timeout, this::tick);
        }
        return limited;
    }

    private void tick() {
        long now = loop.nanoTime();
        for (Limited<?> first = underWay.peek(); first != null; first = underWay.peek()) {
            if (!first.isDone() && first.deadlineNanos - now > 0) {
                loop.schedule(Duration.ofNanos(first.deadlineNanos - now), this::tick);
                return;
            }
            underWay.remove(first);
            first.accept(Code.OPERATIONTIMEOUT, null);
        }
        ticking.set(false);
        if (!underWay.isEmpty() && ticking.compareAndSet(false, true)) {
            loop.schedule(timeout, this::tick);
        }
    }

    /** A reply with a deadline. Lets go of what it was to tell as soon as it is told. */
    static final class Limited<T> implements Reply<T> {
        private final AtomicReference<@Nullable Reply<T>> reply;
        private final long deadlineNanos;

        private Limited(Reply<T> reply, long deadlineNanos) {
            this.reply = new AtomicReference<>(reply);
            this.deadlineNanos = deadlineNanos;
        }

        @Override
        public void accept(Code code, @Nullable T value) {
            Reply<T> told = reply.getAndSet(null);
            if (told != null) {
                told.accept(code, value);
            }
        }

        /** Makes sure that nobody is told, unless that has happened. */
        void cancel() {
            reply.set(null);
        }

        boolean isDone() {
            return reply.get() == null;
        }
    }
}
