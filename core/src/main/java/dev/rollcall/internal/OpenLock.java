package dev.rollcall.internal;

import dev.rollcall.StoreException;
import dev.rollcall.coordination.DistributedLock;
import dev.rollcall.coordination.LockHold;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** A lock, which is nothing but its name. */
final class OpenLock implements DistributedLock {
    private final String name;
    private final String inStore;
    private final Coordination coordination;

    OpenLock(String name, String inStore, Coordination coordination) {
        this.name = name;
        this.inStore = inStore;
        this.coordination = coordination;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public LockHold acquire(Duration atMost) throws InterruptedException {
        return await(begin(requireTime(atMost), true)).orElseThrow();
    }

    @Override
    public CompletableFuture<LockHold> acquireAsync(Duration atMost) {
        return told(begin(requireTime(atMost), true), Optional::orElseThrow);
    }

    @Override
    public Optional<LockHold> tryAcquire() throws InterruptedException {
        return await(begin(coordination.tools().requestTimeout(), false));
    }

    @Override
    public CompletableFuture<Optional<LockHold>> tryAcquireAsync() {
        return told(begin(coordination.tools().requestTimeout(), false), Function.identity());
    }

    private OpenHold begin(Duration atMost, boolean inLine) {
        return OpenHold.begin(inStore, atMost, inLine, coordination);
    }

    private static Duration requireTime(Duration atMost) {
        if (atMost.isNegative()) {
            throw new IllegalArgumentException("atMost: " + atMost + " (expected: zero or more)");
        }
        return atMost;
    }

    private static Optional<LockHold> await(OpenHold hold) throws InterruptedException {
        try {
            return hold.acquired().get();
        } catch (InterruptedException e) {
            hold.abandon();
            throw e;
        } catch (ExecutionException e) {
            StoreException cause = Registrar.storeException(e.getCause() == null ? e : e.getCause());
            throw new StoreException(cause.kind(), String.valueOf(cause.getMessage()), cause);
        }
    }

    /** The same for a user, who may cancel it. */
    private <R> CompletableFuture<R> told(OpenHold hold, Function<Optional<LockHold>, R> form) {
        CompletableFuture<R> told = new CompletableFuture<>();
        var unused = hold.acquired()
                .whenComplete((acquired, failure) -> coordination
                        .tools()
                        .userThreads()
                        .answer(() -> {
                            boolean taken = failure == null
                                    ? told.complete(form.apply(acquired))
                                    : told.completeExceptionally(failure);
                            if (!taken) {
                                hold.abandon();
                            }
                        }));
        var unusedToo = told.whenComplete((acquired, failure) -> {
            if (failure != null) {
                hold.abandon();
            }
        });
        return told;
    }

    @Override
    public String toString() {
        return "lock " + name;
    }
}
