package dev.rollcall;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A value that follows the store until it is closed. Safe for use by many threads; reading neither blocks nor locks.
 *
 * @param <T> the value's type, immutable
 */
public interface Live<T> extends AutoCloseable {

    /** What is known now. Costs one volatile read. After {@link #close()} it may no longer follow the store. */
    Reading<T> reading();

    /**
     * Waits until something is known, be it stale, and returns it.
     *
     * @param atMost how long to wait; zero or more
     * @throws StoreException if nothing was known in time; the message says why
     * @throws java.util.concurrent.CancellationException if this value or its client is closed while waiting
     */
    T awaitKnown(Duration atMost) throws InterruptedException;

    /**
     * Tells a listener the current reading at once and then each change of it, freshness included. Calls come one at a
     * time, in order, on Rollcall's listener threads (see {@link Rollcall.Builder#listenerExecutor}); a listener slower than the
     * changes is told the latest only. What it throws is logged and goes no further.
     *
     * @return a handle whose {@code close()} ends the calls; one that is running then may finish
     */
    Subscription listen(Consumer<? super Reading<T>> listener);

    /** As {@link #listen(Consumer)}, with the calls on an executor of the caller's. */
    Subscription listen(Executor executor, Consumer<? super Reading<T>> listener);

    /** Stops following. Idempotent; returns at once. */
    @Override
    void close();
}
