package dev.rollcall.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;

/**
 * Time, and the one place where a client's state changes: tasks run one at a time, in the order in which they were handed
 * over, timed ones not before their time. Tasks are short and never block. In production a daemon thread; in tests, virtual
 * time. What a task throws is logged and stops nothing. Safe for use by many threads.
 */
public interface EventLoop extends Executor, AutoCloseable {

    /**
     * The event loop of production: one daemon thread, in real time.
     *
     * @param name the thread's
     */
    static EventLoop onThread(String name) {
        return new ThreadEventLoop(name);
    }

    /** Runs a task as soon as the tasks before it are done. After {@link #close()} it is dropped. */
    @Override
    void execute(Runnable task);

    /** Runs a task after a delay, unless the timer is closed before. */
    Timer schedule(Duration delay, Runnable task);

    /** Monotonic time in nanoseconds, for measuring spans. */
    long nanoTime();

    /** The wall clock, for showing to people. */
    Instant now();

    /** Drops what has not run yet. Idempotent. */
    @Override
    void close();

    /** A task that waits for its time. */
    @FunctionalInterface
    interface Timer extends AutoCloseable {

        /** Makes sure that the task doesn't run, unless it has begun. Idempotent. */
        @Override
        void close();
    }
}
