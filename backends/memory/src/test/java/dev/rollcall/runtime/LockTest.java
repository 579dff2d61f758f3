package dev.rollcall.runtime;

import static dev.rollcall.tck.Testbed.unawaited;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Rollcall;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.coordination.DistributedLock;
import dev.rollcall.coordination.LockHold;
import dev.rollcall.spi.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class LockTest {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Simulation simulation = new Simulation(1);

    private DistributedLock lock(String client) {
        return client(client).lock("invoices");
    }

    private Rollcall client(String name) {
        return simulation.client(
                name,
                options -> options.requestTimeout(Duration.ofMillis(200))
                        .backoff(new Backoff(Duration.ofMillis(50), Duration.ofMillis(100))));
    }

    private <T> T answer(CompletableFuture<T> asked) {
        simulation.until("answered", asked::isDone, Simulation.TTL.multipliedBy(2));
        return asked.join();
    }

    private static Kind failure(CompletableFuture<?> asked) {
        Throwable thrown = asked.handle((value, cause) -> cause).join();
        return ((StoreException) (thrown instanceof CompletionException ? thrown.getCause() : thrown)).kind();
    }

    @Test
    void oneHoldsItAndTheNextInTheOrderOfAsking() {
        LockHold first = answer(lock("a").acquireAsync(SOON));
        CompletableFuture<LockHold> second = lock("b").acquireAsync(Duration.ofMinutes(5));
        simulation.advance(SOON);
        CompletableFuture<LockHold> third = lock("c").acquireAsync(Duration.ofMinutes(5));
        simulation.advance(Duration.ofMinutes(1));
        assertThat(second).isNotDone();
        assertThat(first.isHeld()).isTrue();

        unawaited(first.closeAsync());

        assertThat(first.isHeld()).isFalse();
        LockHold then = answer(second);
        assertThat(third).isNotDone();
        assertThat(then.isHeld()).isTrue();
        assertThat(then.token()).isGreaterThan(first.token());
        unawaited(then.closeAsync());
        assertThat(answer(third).token()).isGreaterThan(then.token());
    }

    @Test
    void tryingTakesItOrSaysThatOthersHaveIt() {
        DistributedLock other = lock("b");
        DistributedLock ours = lock("a");
        LockHold hold = answer(ours.tryAcquireAsync()).orElseThrow();

        assertThat(answer(ours.tryAcquireAsync())).as("of the same client").isEmpty();
        assertThat(answer(other.tryAcquireAsync())).as("of another").isEmpty();
        simulation.advance(SOON);
        assertThat(simulation.store.claims("locks/invoices")).hasSize(1);

        unawaited(hold.closeAsync());
        simulation.advance(SOON);
        assertThat(answer(other.tryAcquireAsync())).isPresent();
    }

    @Test
    void whoWaitsInVainIsTold() {
        LockHold hold = answer(lock("a").acquireAsync(SOON));
        CompletableFuture<LockHold> late = lock("b").acquireAsync(Duration.ofSeconds(20));
        simulation.until("told", late::isDone, Duration.ofSeconds(21));

        assertThat(failure(late)).isEqualTo(Kind.TIMEOUT);
        assertThatThrownBy(late::join).hasMessageContaining("others have it");
        simulation.advance(SOON);
        assertThat(simulation.store.claims("locks/invoices")).hasSize(1);
        assertThat(hold.isHeld()).isTrue();
    }

    @Test
    void whoCannotReachTheStoreIsToldWhy() {
        simulation.link("a").cut();
        CompletableFuture<LockHold> asked = lock("a").acquireAsync(Duration.ofSeconds(2));
        simulation.until("told", asked::isDone, Duration.ofSeconds(3));
        assertThat(failure(asked)).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void whoCancelsLeavesTheLine() {
        LockHold hold = answer(lock("a").acquireAsync(SOON));
        CompletableFuture<LockHold> second = lock("b").acquireAsync(Duration.ofMinutes(5));
        simulation.advance(SOON);

        second.cancel(true);
        simulation.advance(SOON);

        assertThat(simulation.store.claims("locks/invoices")).hasSize(1);
        unawaited(hold.closeAsync());
        simulation.advance(SOON);
        assertThat(simulation.store.claims("locks/invoices")).isEmpty();
    }

    @Test
    void whatCannotBeConfirmedIsLostForGoodAndSaysSoOnce() {
        LockHold hold = answer(lock("a").acquireAsync(SOON));
        CompletableFuture<LockHold> second = lock("b").acquireAsync(Duration.ofMinutes(5));
        List<StoreException> losses = new ArrayList<>();
        hold.onLost(losses::add);
        simulation.advance(SOON);
        assertThat(losses).isEmpty();

        simulation.link("a").cut();
        simulation.until("lost", () -> !hold.isHeld(), Simulation.TTL);
        assertThat(second).isNotDone();
        simulation.until("b has it", second::isDone, Simulation.TTL);
        simulation.link("a").heal();
        simulation.advance(Duration.ofMinutes(1));

        assertThat(losses).hasSize(1);
        assertThat(hold.isHeld()).isFalse();
        assertThat(second.join().isHeld()).isTrue();
        assertThat(simulation.store.claims("locks/invoices")).hasSize(1);
    }

    @Test
    void whatIsClosedIsNotLost() {
        LockHold hold = answer(lock("a").acquireAsync(SOON));
        List<StoreException> losses = new ArrayList<>();
        hold.onLost(losses::add);
        unawaited(hold.closeAsync());
        unawaited(hold.closeAsync());
        simulation.advance(Duration.ofMinutes(1));
        assertThat(losses).isEmpty();
    }

    @Test
    void aClosedClientAnswersWhoWaits() {
        DistributedLock ours = lock("a");
        LockHold hold = answer(ours.acquireAsync(SOON));
        Rollcall waiting = client("b");
        CompletableFuture<LockHold> second = waiting.lock("invoices").acquireAsync(Duration.ofMinutes(5));
        simulation.advance(SOON);

        unawaited(waiting.closeAsync());
        simulation.advance(SOON);

        assertThat(failure(second)).isEqualTo(Kind.CLOSED);
        assertThat(hold.isHeld()).isTrue();
        simulation.close();
        assertThat(hold.isHeld()).isFalse();
    }
}
