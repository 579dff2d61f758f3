package dev.rollcall.internal;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.Subscription;
import dev.rollcall.coordination.Candidacy;
import dev.rollcall.coordination.CandidacyState;
import dev.rollcall.coordination.CandidacyState.Phase;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A candidate: shows its user where its claimant stands. */
final class OpenCandidacy implements Candidacy {
    private final Coordination.Tools tools;
    private final EventLoop loop;
    private final Claimant claimant;
    private final Observed<CandidacyState> state;

    private OpenCandidacy(String name, String data, Coordination coordination) {
        this.tools = coordination.tools();
        this.loop = tools.loop();
        this.state = new Observed<>(new CandidacyState(Phase.WAITING, 0, loop.now(), null));
        this.claimant = coordination.claimant(name, data, this::changed);
    }

    static OpenCandidacy begin(String name, String data, Coordination coordination) {
        OpenCandidacy candidacy = new OpenCandidacy(name, data, coordination);
        var unused =
                candidacy.claimant.closed().whenComplete((nothing, failure) -> candidacy.set(Phase.CLOSED, 0, null));
        candidacy.loop.execute(() -> coordination.begin(candidacy.claimant));
        return candidacy;
    }

    private void changed() {
        OptionalLong token = claimant.isHeld() ? claimant.token() : OptionalLong.empty();
        set(token.isPresent() ? Phase.LEADING : Phase.WAITING, token.orElse(0), claimant.cause());
    }

    private void set(Phase phase, long token, @Nullable StoreException cause) {
        CandidacyState before = state.value();
        boolean stands = before.phase() == phase && before.token() == token;
        if (!stands || !Objects.equals(before.cause(), cause)) {
            Instant since = stands ? before.since() : loop.now();
            state.set(new CandidacyState(phase, token, since, cause));
        }
    }

    @Override
    public boolean isLeading() {
        return claimant.token().isPresent();
    }

    @Override
    public OptionalLong token() {
        return claimant.token();
    }

    @Override
    public CandidacyState state() {
        return state.value();
    }

    @Override
    public long awaitLeading(Duration atMost) throws InterruptedException {
        CandidacyState[] seen = new CandidacyState[1];
        boolean settled = state.await(
                now -> {
                    seen[0] = now;
                    return now.phase() != Phase.WAITING;
                },
                atMost);
        CandidacyState now = seen[0];
        if (!settled) {
            StoreException cause = now.cause();
            throw cause != null
                    ? Observed.late(claimant.name() + " is not led by this candidate", atMost, cause)
                    : new StoreException(
                            Kind.TIMEOUT,
                            claimant.name() + " is not led by this candidate after " + atMost.toMillis()
                                    + " ms: others are before it; it stays in the line");
        }
        if (now.phase() == Phase.CLOSED) {
            throw new StoreException(Kind.CLOSED, claimant.name() + ": the candidacy was closed");
        }
        return now.token();
    }

    @Override
    public Subscription listen(Consumer<? super CandidacyState> listener) {
        return state.listen(tools.userThreads().listeners(), listener);
    }

    @Override
    public Subscription listen(Executor executor, Consumer<? super CandidacyState> listener) {
        return state.listen(executor, listener);
    }

    @Override
    public CompletableFuture<Void> resign() {
        return tools.userThreads().told(claimant.resign());
    }

    @Override
    public void close() {
        beginToClose();
        claimant.closed().awaitAtMost(tools.requestTimeout());
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        beginToClose();
        return tools.userThreads().told(claimant.closed());
    }

    private void beginToClose() {
        claimant.renounce();
        loop.execute(claimant::close);
    }

    @Override
    public String toString() {
        return claimant.name() + ": " + state.value();
    }
}
