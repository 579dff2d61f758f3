package dev.rollcall.testing.benchmarks.endtoend;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Waiting that fails rather than hangs. */
final class Waiting {
    private static final long LIMIT_SECONDS = 180;

    private Waiting() {}

    static void untilOpen(CountDownLatch latch) {
        try {
            if (!latch.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nothing within " + LIMIT_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Polls each millisecond; for spans of which a millisecond is no part. */
    static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not within " + LIMIT_SECONDS + " s: " + what);
            }
            pause(1);
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts an operation for each item, a bounded number at a time, and waits for all of them. */
    static <T> void all(Collection<T> items, int inFlight, Function<T, CompletableFuture<?>> operation) {
        Semaphore window = new Semaphore(inFlight);
        AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
        for (T item : items) {
            window.acquireUninterruptibly();
            var unused = operation.apply(item).whenComplete((answer, failure) -> {
                if (failure != null) {
                    failed.set(failure);
                }
                window.release();
            });
        }
        window.acquireUninterruptibly(inFlight);
        Throwable failure = failed.get();
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }
}
