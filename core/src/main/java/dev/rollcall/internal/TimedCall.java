package dev.rollcall.internal;

import static java.util.Objects.requireNonNull;

import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A call of user code that blocks, on whatever thread runs it, with a deadline that counts from when a thread has got to it, and a limit
 * to waiting for one, after which somebody is told. But for {@link #run}, confined to the event loop.
 */
final class TimedCall<R> implements Runnable {
    private final EventLoop loop;
    private final Duration patience;
    private final Duration limit;
    private final Blocking<R> code;
    private final Caller<R> caller;
    private final Alarm deadline;
    private long startNanos;
    private boolean overdue;
    private boolean forgotten;
    private boolean cancelled; // guarded by this
    private @Nullable Thread thread; // guarded by this

    /** The code. */
    @FunctionalInterface
    interface Blocking<R> {
        R call() throws InterruptedException;
    }

    /** Who is told what came of it, on the event loop. */
    interface Caller<R> {

        /** No thread has got to it for so long. It goes on waiting. */
        void stalled(TimedCall<R> call);

        /** Its time is over; it has been interrupted. */
        void overdue(TimedCall<R> call);

        /** It returned, maybe long after its time; null if it threw. */
        void returned(TimedCall<R> call, @Nullable R result, @Nullable Throwable thrown);
    }

    /**
     * A call that {@link #start} hands over.
     *
     * @param patience how long it may wait for a thread before its caller is told
     * @param limit how long it may run
     */
    TimedCall(EventLoop loop, Duration patience, Duration limit, Blocking<R> code, Caller<R> caller) {
        this.loop = loop;
        this.patience = patience;
        this.limit = limit;
        this.code = code;
        this.caller = caller;
        this.deadline = new Alarm(loop);
    }

    /**
     * Hands it over to be run.
     *
     * @throws java.util.concurrent.RejectedExecutionException as the executor does
     */
    void start(Executor threads) {
        deadline.set(patience, () -> caller.stalled(this));
        threads.execute(this);
    }

    @Override
    public void run() {
        synchronized (this) {
            if (cancelled) {
                return;
            }
            thread = Thread.currentThread();
        }
        loop.execute(this::began);
        R result = null;
        Throwable thrown = null;
        try {
            result = requireNonNull(code.call(), "the result");
        } catch (InterruptedException | RuntimeException | Error e) {
            thrown = e;
        }
        synchronized (this) {
            thread = null;
            // Meant for the code, not for whatever this thread does next.
            boolean unused = Thread.interrupted();
        }
        R returned = result;
        Throwable failure = thrown;
        loop.execute(() -> ended(returned, failure));
    }

    private void began() {
        if (!forgotten) {
            startNanos = loop.nanoTime();
            deadline.set(limit, this::expire);
        }
    }

    private void expire() {
        overdue = true;
        interrupt();
        caller.overdue(this);
    }

    private void ended(@Nullable R result, @Nullable Throwable thrown) {
        deadline.stop();
        if (!forgotten) {
            caller.returned(this, result, thrown);
        }
    }

    /** Whether its time is over. */
    boolean isOverdue() {
        return overdue;
    }

    /** How long it has been running. */
    Duration age() {
        return Duration.ofNanos(loop.nanoTime() - startNanos);
    }

    /** Interrupts it, or keeps it from beginning; the caller is told nothing more. */
    void cancel() {
        forgotten = true;
        deadline.stop();
        synchronized (this) {
            cancelled = true;
        }
        interrupt();
    }

    private synchronized void interrupt() {
        if (thread != null) {
            thread.interrupt();
        }
    }
}
