package dev.rollcall.internal;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.Subscription;
import dev.rollcall.coordination.LockHold;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** One acquisition of a lock: tried, held, and over for good with the first doubt. */
final class OpenHold implements LockHold {
    private final Coordination.Tools tools;
    private final Claimant claimant;
    private final boolean inLine;
    private final Duration atMost;
    private final Alarm deadline;
    private final CompletableFuture<Optional<LockHold>> acquired = new CompletableFuture<>();
    private final Observed<Optional<StoreException>> loss = new Observed<>(Optional.empty());
    private volatile long token;
    private volatile boolean over;

    private OpenHold(String name, Duration atMost, boolean inLine, Coordination coordination) {
        this.tools = coordination.tools();
        this.atMost = atMost;
        this.inLine = inLine;
        this.deadline = new Alarm(tools.loop());
        this.claimant = coordination.claimant(name, "", this::changed);
    }

    /** @param inLine whether to wait in line for it, rather than give up when others are there */
    static OpenHold begin(String name, Duration atMost, boolean inLine, Coordination coordination) {
        OpenHold hold = new OpenHold(name, atMost, inLine, coordination);
        var unused = hold.claimant.closed().whenComplete((nothing, failure) -> hold.closed());
        hold.tools.loop().execute(() -> {
            hold.deadline.set(atMost, hold::expire);
            coordination.begin(hold.claimant);
        });
        return hold;
    }

    /** Completes on the loop, with this if it was acquired; empty if others were there and it was not to wait. */
    CompletableFuture<Optional<LockHold>> acquired() {
        return acquired;
    }

    private void changed() {
        OptionalLong now = claimant.isHeld() ? claimant.token() : OptionalLong.empty();
        if (token != 0) {
            if (!over && now.isEmpty() && claimant.isOpen()) {
                lose();
            }
        } else if (claimant.isOpen() && now.isPresent()) {
            token = now.getAsLong();
            deadline.stop();
            if (!acquired.complete(Optional.of(this))) {
                abandon();
            }
        } else if (claimant.isOpen() && !inLine && claimant.isBehindOthers()) {
            acquired.complete(Optional.empty());
            abandon();
        }
    }

    private void lose() {
        over = true;
        StoreException cause = claimant.cause();
        loss.set(Optional.of(
                cause != null ? cause : new StoreException(Kind.LEASE_LOST, claimant.name() + " could not be kept")));
        claimant.close();
    }

    private void expire() {
        StoreException cause = claimant.cause();
        acquired.completeExceptionally(
                cause == null && claimant.isBehindOthers()
                        ? new StoreException(
                                Kind.TIMEOUT,
                                claimant.name() + ": others have it after " + atMost.toMillis()
                                        + " ms; it is given up, ask again or wait longer")
                        : new StoreException(
                                cause == null ? Kind.TIMEOUT : cause.kind(),
                                claimant.name() + " was not acquired within " + atMost.toMillis() + " ms: "
                                        + (cause == null ? "the store has not answered" : cause.getMessage())
                                        + "; it is given up",
                                cause));
        claimant.close();
    }

    private void closed() {
        deadline.stop();
        acquired.completeExceptionally(new StoreException(Kind.CLOSED, claimant.name() + ": the client was closed"));
    }

    /** Gives it up in the background, held or not. */
    void abandon() {
        over = true;
        claimant.renounce();
        tools.loop().execute(claimant::close);
    }

    @Override
    public long token() {
        return token;
    }

    @Override
    public boolean isHeld() {
        return !over && claimant.token().isPresent();
    }

    @Override
    public Subscription onLost(Consumer<? super StoreException> listener) {
        return loss.listen(tools.userThreads().listeners(), lost -> lost.ifPresent(listener));
    }

    @Override
    public void close() {
        abandon();
        claimant.closed().awaitAtMost(tools.requestTimeout());
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        abandon();
        return tools.userThreads().told(claimant.closed());
    }

    @Override
    public String toString() {
        return claimant.name() + " (token " + token + (isHeld() ? ")" : ", not held any more)");
    }
}
