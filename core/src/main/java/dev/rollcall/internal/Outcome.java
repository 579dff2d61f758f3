package dev.rollcall.internal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A future that several callers share and that none of them can complete or cancel. */
final class Outcome extends CompletableFuture<Void> {

    void succeed() {
        super.complete(null);
    }

    void fail(Throwable cause) {
        super.completeExceptionally(cause);
    }

    /** Waits until it is complete, however that went, or until the time is over or the caller interrupted, which stays visible. */
    void awaitAtMost(Duration time) {
        try {
            get(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            // Closing goes on in the background; its state and log say how.
        }
    }

    @Override
    public boolean complete(Void value) {
        return false;
    }

    @Override
    public boolean completeExceptionally(Throwable cause) {
        return false;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return false;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
