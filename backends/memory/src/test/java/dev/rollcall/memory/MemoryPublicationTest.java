package dev.rollcall.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.Publication;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The reference keeps the words of the SPI: entries, their leases, and what closing does to them. */
class MemoryPublicationTest extends SimulatedStoreTest {

    @Test
    void anEntryLivesAsLongAsItsClientIsHeard() {
        put(publish(backend, "one"), 1);
        time.advance(Duration.ofHours(1));
        assertThat(store.ids("orders")).containsExactly("one");

        store.link("a").cut();
        time.advance(TTL.dividedBy(2));
        assertThat(store.ids("orders")).containsExactly("one");
        time.advance(TTL.dividedBy(2));
        assertThat(store.ids("orders")).isEmpty();
        assertThat(losses.take()).containsExactly("lost LEASE_LOST");
    }

    @Test
    void aLossIsNoticedWithoutTheStoreWithinOneTtl() {
        put(publish(backend, "one"), 1);

        store.link("a").freeze();
        time.advance(TTL);

        assertThat(losses.take()).containsExactly("lost LEASE_LOST");
    }

    @Test
    void aDeletedEntryIsReportedOnce() {
        Publication one = publish(backend, "one");
        put(one, 1);

        store.delete("orders", "one");
        time.advance(SOON);
        assertThat(losses.take()).containsExactly("lost DELETED");

        put(one, 2);
        time.advance(SOON);
        assertThat(losses.take()).isEmpty();
        assertThat(store.ids("orders")).containsExactly("one");
    }

    @Test
    void anEndedLeaseIsReportedAsSuchAndThePutAfterItGetsANewOne() {
        Publication one = publish(backend, "one");
        put(one, 1);
        long lease = store.find("orders", "one").orElseThrow().lease();

        store.endLeases();
        time.runUntilIdle();
        assertThat(losses.take()).containsExactly("lost LEASE_LOST");
        put(one, 2);

        assertThat(store.find("orders", "one").orElseThrow().lease()).isGreaterThan(lease);
    }

    @Test
    void allEntriesOfAClientShareOneLease() {
        for (int i = 0; i < 1_000; i++) {
            put(publish(backend, "instance-" + i), 1);
        }

        assertThat(store.entries().stream().map(StoreEntry::lease).distinct()).hasSize(1);
    }

    @Test
    void thePredecessorsEntryIsReplacedAtOnceAndItsLeaseDoesNotTakeOursAlong() {
        put(publish(backend, "one"), 1);
        store.link("a").cut();
        Backend successor = open("b");
        put(publish(successor, "one"), 2);
        assertThat(store.find("orders", "one").orElseThrow().writer()).startsWith("b#");

        time.advance(TTL.multipliedBy(3));
        assertThat(store.ids("orders")).containsExactly("one");
    }

    @Test
    void aLiveOwnerIsToldThatItIsDisplacedAndAgainWhenTheOtherLeaves() {
        put(publish(backend, "one"), 1);
        Backend other = open("b");
        Publication others = publish(other, "one");
        put(others, 2);
        time.advance(SOON);
        assertThat(losses.take()).containsExactly("displaced DISPLACED");

        store.endLeases();
        time.runUntilIdle();
        assertThat(losses.take()).contains("lost DELETED");
    }

    @Test
    void removingLeavesTheOthersEntryAlone() {
        Publication one = publish(backend, "one");
        put(one, 1);
        store.putByAnother(instance("one", 2));
        time.runUntilIdle();

        succeed(one.remove());

        assertThat(store.ids("orders")).containsExactly("one");
    }

    @Test
    void aPutThatTimedOutMayHaveBeenAppliedAndRemovingUndoesIt() {
        Publication one = publish(backend, "one");
        time.runUntilIdle();
        store.link("a").loseReplies();
        CompletionStage<Void> put = one.put(instance("one", 1));
        time.advance(TIMEOUT);
        fail(put, Kind.TIMEOUT);

        store.link("a").heal();
        put(one, 2);
        store.link("a").loseReplies();
        put = one.put(instance("one", 3));
        time.advance(TIMEOUT);
        fail(put, Kind.TIMEOUT);
        assertThat(store.find("orders", "one").orElseThrow().instance()).contains(instance("one", 3));

        store.link("a").heal();
        time.advance(SOON);
        succeed(one.remove());
        time.advance(TTL);
        assertThat(store.entries()).isEmpty();
    }

    @Test
    void whatWasHeldInAFrozenLinkArrivesBeforeTheRemoval() {
        Publication one = publish(backend, "one");
        put(one, 1);
        store.link("a").freeze();
        CompletionStage<Void> put = one.put(instance("one", 2));
        time.advance(Duration.ofSeconds(1));
        CompletionStage<Void> removed = one.remove();

        store.link("a").heal();
        time.runUntilIdle();

        succeed(put);
        succeed(removed);
        assertThat(store.entries()).isEmpty();
    }

    @Test
    void requestsFailAtOnceWhereTheLinkIsCutAndAtTheirDeadlineWhereItIsSilent() {
        Publication one = publish(backend, "one");
        time.runUntilIdle();

        store.link("a").cut();
        CompletionStage<Void> refused = one.put(instance("one", 1));
        time.runUntilIdle();
        fail(refused, Kind.UNAVAILABLE);

        store.link("a").heal();
        time.advance(SOON);
        store.link("a").freeze();
        CompletionStage<Void> silent = one.put(instance("one", 1));
        time.advance(TIMEOUT.minusMillis(1));
        assertThat(silent.toCompletableFuture()).isNotDone();
        time.advance(Duration.ofMillis(1));
        assertThat(silent.toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void aRefusedEntryFailsWithItsKindAndOthersDoNot() {
        store.refuse("orders", Kind.DENIED);
        CompletionStage<Void> put = publish(backend, "one").put(instance("one", 1));
        time.runUntilIdle();
        fail(put, Kind.DENIED);

        store.admit("orders");
        put(publish(backend, "two"), 1);
    }

    @Test
    void closingTakesAllEntriesAlongAtOnceAndFailsWhatIsUnderWay() {
        put(publish(backend, "one"), 1);
        Publication two = publish(backend, "two");
        time.runUntilIdle();
        store.link("a").delay(Duration.ofSeconds(1), Duration.ofSeconds(1));
        CompletionStage<Void> put = two.put(instance("two", 1));
        time.runUntilIdle();

        backend.close();
        backend.close();

        fail(put, Kind.CLOSED);
        assertThat(store.entries()).isEmpty();
        time.advance(TTL);
        assertThat(store.entries()).isEmpty();
        assertThat(time.pending()).isZero();
        assertThat(store.link("a").clients()).isZero();
    }

    @Test
    void closingWhileTheStoreIsAwayLeavesTheEntriesToTheirLease() {
        put(publish(backend, "one"), 1);
        store.link("a").freeze();

        backend.close();

        assertThat(store.ids("orders")).containsExactly("one");
        time.advance(TTL);
        assertThat(store.entries()).isEmpty();
    }

    @Test
    void leasesDoNotRunOutWhileTheStoreIsDown() {
        put(publish(backend, "one"), 1);

        store.kill();
        time.advance(Duration.ofHours(1));
        store.restart();

        assertThat(store.ids("orders")).containsExactly("one");
    }
}
