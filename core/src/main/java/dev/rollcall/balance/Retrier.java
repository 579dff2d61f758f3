package dev.rollcall.balance;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Instance;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes a call, and makes it again to another instance when it fails: never to one that was tried already, no more
 * often than allowed, and only within a {@link RetryBudget}. It reports how each attempt went. Only for calls that may
 * be carried out twice, or failures that show that nothing was done; tell which with {@link #retryingOn}. Immutable;
 * safe for use by many threads.
 *
 * <p>There is no pause between attempts, as each goes elsewhere, and no deadline over all of them, as the call has its
 * own: give a call made by {@code n} attempts its time divided by {@code n}, or one that runs out across them.
 */
public final class Retrier {
    private static final int MAX_ATTEMPTS = 10;

    private final Selector selector;
    private final RetryBudget budget;
    private final int attempts;
    private final Predicate<? super Throwable> retryable;

    private Retrier(Selector selector, RetryBudget budget, int attempts, Predicate<? super Throwable> retryable) {
        this.selector = selector;
        this.budget = budget;
        this.attempts = attempts;
        this.retryable = retryable;
    }

    /**
     * A retrier that makes up to three attempts, whatever the failure, but for interruptions and errors of the virtual
     * machine.
     *
     * @param budget what all its retries together may use
     */
    public static Retrier of(Selector selector, RetryBudget budget) {
        return new Retrier(
                requireNonNull(selector, "selector"),
                requireNonNull(budget, "budget"),
                3,
                failure -> !(failure instanceof Error)
                        && !(failure instanceof InterruptedException)
                        && !(failure instanceof CancellationException));
    }

    /**
     * The same with another limit.
     *
     * @param attempts how many in all, the first one included: 1 to 10
     */
    public Retrier attempts(int attempts) {
        if (attempts < 1 || attempts > MAX_ATTEMPTS) {
            throw new IllegalArgumentException("attempts: " + attempts + " (expected: 1 to " + MAX_ATTEMPTS + ")");
        }
        return new Retrier(selector, budget, attempts, retryable);
    }

    /**
     * The same for only those failures that satisfy a condition. What that throws ends the call in place of the failure, which is
     * suppressed in it.
     */
    public Retrier retryingOn(Predicate<? super Throwable> retryable) {
        return new Retrier(selector, budget, attempts, requireNonNull(retryable, "retryable"));
    }

    /**
     * A call to one instance.
     *
     * @param <T> what it returns
     * @param <X> what it throws when it fails
     */
    @FunctionalInterface
    public interface Call<T extends @Nullable Object, X extends Throwable> {
        /** Makes the call; returning means success. */
        T to(Instance instance) throws X;
    }

    /**
     * Makes a call.
     *
     * @return what the first successful attempt returned
     * @throws X what the last attempt threw; what the earlier ones threw is suppressed in it
     * @throws NoInstanceException if there is nobody to choose for the first attempt
     */
    public <T extends @Nullable Object, X extends Throwable> T call(Call<T, X> call) throws X {
        budget.deposit();
        Pick pick = selector.pick();
        Set<String> tried = new HashSet<>();
        Throwable earlier = null;
        while (true) {
            // Not a try-with-resources: that would close the pick, unreported, before the failure gets here.
            try {
                T result = call.to(pick.instance());
                pick.succeeded();
                return result;
            } catch (Throwable failure) {
                suppress(earlier, failure);
                Pick next = next(pick, tried, failure);
                if (next == null) {
                    throw failure;
                }
                earlier = failure;
                pick = next;
            }
        }
    }

    /**
     * Makes a call that answers later. The attempts follow each other on the threads that complete the stages.
     *
     * @param call makes the call; a stage that fails, or a throw, is a failure
     * @return what the first successful attempt yields, or the failure of the last; cancelling it stops further
     *     attempts
     */
    public <T extends @Nullable Object> CompletableFuture<T> callAsync(
            Function<? super Instance, ? extends CompletionStage<T>> call) {
        budget.deposit();
        CompletableFuture<T> result = new CompletableFuture<>();
        attempt(call, selector.pick(), new HashSet<>(), null, result);
        return result;
    }

    private <T extends @Nullable Object> void attempt(
            Function<? super Instance, ? extends CompletionStage<T>> call,
            Pick pick,
            Set<String> tried,
            @Nullable Throwable earlier,
            CompletableFuture<T> result) {
        CompletionStage<T> stage;
        try {
            stage = requireNonNull(call.apply(pick.instance()), "the call's stage");
        } catch (RuntimeException | Error thrown) {
            stage = CompletableFuture.failedFuture(thrown);
        }
        stage.whenComplete((value, thrown) -> {
            if (thrown == null) {
                pick.succeeded();
                result.complete(value);
                return;
            }
            Throwable failure =
                    thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
            suppress(earlier, failure);
            Pick next;
            try {
                next = next(pick, tried, result.isDone() ? new CancellationException() : failure);
            } catch (RuntimeException | Error broken) {
                // Thrown on, it would vanish in the stage, and the caller wait for ever.
                result.completeExceptionally(broken);
                return;
            }
            if (next == null) {
                result.completeExceptionally(failure);
            } else {
                attempt(call, next, tried, failure, result);
            }
        });
    }

    /** Reports a failed attempt, and chooses whom to try next: null if nobody may be. */
    private @Nullable Pick next(Pick failed, Set<String> tried, Throwable failure) {
        if (failure instanceof InterruptedException || failure instanceof CancellationException) {
            failed.close();
            return null;
        }
        failed.failed();
        tried.add(failed.instance().id());
        try {
            boolean again = tried.size() < attempts && retryable.test(failure) && budget.tryWithdraw();
            return again ? selector.pickExcept(tried) : null;
        } catch (NoInstanceException nobodyElse) {
            failure.addSuppressed(nobodyElse);
            return null;
        } catch (RuntimeException | Error broken) {
            suppress(failure, broken);
            throw broken;
        }
    }

    private static void suppress(@Nullable Throwable earlier, Throwable failure) {
        if (earlier != null && earlier != failure) {
            failure.addSuppressed(earlier);
        }
    }
}
