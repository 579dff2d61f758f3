package dev.rollcall.spi;

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
 * The one thread of a backend, its serial thread: all its state changes here, and what the store answers is decoded here, which is why it isn't the core's loop: a list of a
 * hundred thousand instances must not keep that from its timers. Time and randomness are the core's.
 *
 * <p>{@link #execute}, {@link #offer} and {@link #isCurrent} may be called from any thread, everything else from this thread alone. The queue isn't bounded: it holds what the
 * backend lets in, such as an answer for each connection, and one task for each of its calls that is under way.
 */
public final class BackendThread implements Executor, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BackendThread.class);

    private final BackendContext context;
    private final String name;
    private final ThreadPoolExecutor thread;
    private volatile @Nullable Thread current;

    /**
     * Makes one; the thread itself begins with the first task.
     *
     * @param store what the thread is called, behind the client's name
     */
    public BackendThread(BackendContext context, String store) {
        this.context = context;
        this.name = context.clientName() + "-" + store;
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    Thread made = new Thread(task, name);
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
                log.error("a task of the backend thread {} failed; the others go on. Please report this", name, e);
            }
        });
    }

    /** As {@link #execute}; false if the task was dropped. */
    public boolean offer(Runnable task) {
        execute(task);
        // what was handed over before the end still runs
        return !thread.isShutdown();
    }

    /** Whether the caller is on this thread. */
    public boolean isCurrent() {
        return Thread.currentThread() == current;
    }

    /** The time since some moment, as {@link EventLoop#nanoTime}. */
    public long nanoTime() {
        return context.loop().nanoTime();
    }

    /** Runs a task later, here; once the timer is closed, it doesn't. */
    public EventLoop.Timer schedule(Duration delay, Runnable task) {
        Delayed delayed = new Delayed(task);
        delayed.timer = context.loop().schedule(delay, () -> execute(delayed));
        return delayed;
    }

    /**
     * Runs a task after a pause with jitter, of {@link BackendContext#backoff}.
     *
     * @param failures how many tries have failed in a row, 1 or more
     */
    public EventLoop.Timer retry(int failures, Runnable task) {
        return retry(context.backoff(), failures, task);
    }

    /**
     * As {@link #retry(int, Runnable)}, with shorter pauses.
     *
     * @param cap the longest pause, where that is less than the context's
     */
    public EventLoop.Timer retry(int failures, Duration cap, Runnable task) {
        Backoff all = context.backoff();
        Duration first = all.first().compareTo(cap) < 0 ? all.first() : cap;
        return retry(new Backoff(first, all.cap().compareTo(cap) < 0 ? all.cap() : cap), failures, task);
    }

    private EventLoop.Timer retry(Backoff backoff, int failures, Runnable task) {
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
    public void random(int bound, IntConsumer use) {
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
