package dev.rollcall.etcd;

import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.Backoff;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a backend: all its state changes here, gRPC's callbacks run here, and so does the decoding, which
 * is why it isn't the core's loop: a list of a hundred thousand instances must not keep that from its timers. Time is
 * the core's.
 *
 * <p>{@link #execute} may be called from any thread, everything else from this thread alone. The queue holds what
 * gRPC's flow control lets in, and one task for each call of the backend that is under way.
 */
final class Serial implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Serial.class);

    private final BackendContext context;
    private final ThreadPoolExecutor thread;
    private volatile @Nullable Thread current;

    Serial(BackendContext context) {
        this.context = context;
        thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    Thread made = new Thread(task, context.clientName() + "-etcd");
                    made.setDaemon(true);
                    current = made;
                    return made;
                },
                new ThreadPoolExecutor.DiscardPolicy());
    }

    /** Runs a task after those before it. After {@link #close} it is dropped. */
    @Override
    public void execute(Runnable task) {
        thread.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("a task of the etcd backend failed; the others go on. Please report this", e);
            }
        });
    }

    /** As {@link #execute}; false if the task was dropped. */
    boolean offer(Runnable task) {
        execute(task);
        // what was handed over before the end still runs
        return !thread.isShutdown();
    }

    /** Whether the caller is on this thread. */
    boolean isCurrent() {
        return Thread.currentThread() == current;
    }

    long nanoTime() {
        return context.loop().nanoTime();
    }

    /** Runs a task later, here; once the timer is closed, it doesn't. */
    EventLoop.Timer schedule(Duration delay, Runnable task) {
        Delayed delayed = new Delayed(task);
        delayed.timer = context.loop().schedule(delay, () -> execute(delayed));
        return delayed;
    }

    /**
     * Runs a task after a pause with jitter.
     *
     * @param failures how many tries have failed in a row, 1 or more
     * @param cap the longest pause, where that is less than the context's
     */
    EventLoop.Timer retry(int failures, Duration cap, Runnable task) {
        Backoff all = context.backoff();
        Duration first = all.first().compareTo(cap) < 0 ? all.first() : cap;
        Backoff backoff = new Backoff(first, all.cap().compareTo(cap) < 0 ? all.cap() : cap);
        Delayed delayed = new Delayed(task);
        // randomness belongs to the loop
        context.loop().execute(() -> {
            Duration pause = backoff.pause(failures, context.random());
            execute(() -> {
                if (!delayed.closed) {
                    delayed.timer = context.loop().schedule(pause, () -> execute(delayed));
                }
            });
        });
        return delayed;
    }

    /** Picks a number from 0 below {@code bound} and hands it to {@code use}, here. */
    void random(int bound, IntConsumer use) {
        context.loop().execute(() -> {
            int number = context.random().nextInt(bound);
            execute(() -> use.accept(number));
        });
    }

    /** Ends the thread when it has done what it was given before. */
    @Override
    public void close() {
        thread.shutdown();
    }

    private static final class Delayed implements Runnable, EventLoop.Timer {
        private final Runnable task;
        private boolean closed;
        private EventLoop.@Nullable Timer timer;

        Delayed(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (!closed) {
                closed = true;
                task.run();
            }
        }

        @Override
        public void close() {
            closed = true;
            if (timer != null) {
                timer.close();
            }
        }
    }
}
