package dev.rollcall.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.Backoff;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.StoreUri;
import dev.rollcall.tck.VirtualTime;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The reference keeps the words of the SPI. */
class MemoryBackendTest {
    private static final Duration TTL = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    /** An outage is noticed, and its end, within this time. */
    private static final Duration SOON = Duration.ofSeconds(10);

    private final VirtualTime time = new VirtualTime();
    private final MemoryStore store = MemoryStore.inTimeOf(time);
    private final Backend backend = open("a");
    private final RecordingSink sink = new RecordingSink();
    private final RecordingSink losses = new RecordingSink();

    @Test
    void aWatchBeginsWithASnapshotAndGoesOnWithChangesInTheirOrder() {
        backend.watchInstances("orders", sink);
        time.runUntilIdle();
        assertThat(sink.take()).containsExactly("snapshot [] at 0");

        Publication one = publish(backend, "one");
        put(one, 1);
        put(one, 2);
        time.runUntilIdle();
        assertThat(sink.take()).containsExactly("changed [one=1] at 1", "changed [one=2] at 2");

        succeed(one.remove());
        time.runUntilIdle();
        assertThat(sink.take()).containsExactly("changed [-one on purpose] at 3");
    }

    @Test
    void anotherServiceIsNotReported() {
        backend.watchInstances("orders", sink);
        time.runUntilIdle();
        sink.take();

        store.putByAnother(Instance.of("orders-v2", "http://10.0.0.1:80"));
        time.runUntilIdle();

        assertThat(sink.take()).isEmpty();
    }

    @Test
    void afterAnInterruptionTheWatchResumesFromHistory() {
        put(publish(backend, "one"), 1);
        backend.watchInstances("orders", sink);
        time.runUntilIdle();
        assertThat(sink.take()).containsExactly("snapshot [one=1] at 1");

        store.link("a").cut();
        time.runUntilIdle();
        assertThat(sink.take()).containsExactly("interrupted UNAVAILABLE");
        store.putByAnother(instance("two", 1));
        store.putByAnother(instance("two", 2));
        time.advance(Duration.ofSeconds(1));
        assertThat(sink.take()).isEmpty();

        store.link("a").heal();
        time.advance(Duration.ofSeconds(5));
        assertThat(sink.take()).containsExactly("changed [two=1, two=2] at 3", "resumed");
    }

    @Test
    void afterAnInterruptionInWhichNothingHappenedTheWatchJustResumes() {
        backend.watchInstances("orders", sink);
        time.runUntilIdle();
        sink.take();

        store.link("a").reset();
        time.advance(SOON);

        assertThat(sink.take()).containsExactly("interrupted UNAVAILABLE", "resumed");
    }

    @Test
    void afterACompactionTheWatchStartsFromASnapshot() {
        store.putByAnother(instance("one", 1));
        backend.watchInstances("orders", sink);
        time.runUntilIdle();
        sink.take();

        store.link("a").cut();
        store.delete("orders", "one");
        store.putByAnother(instance("two", 1));
        store.compact();
        store.link("a").heal();
        time.advance(SOON);

        assertThat(sink.take()).containsExactly("interrupted UNAVAILABLE", "snapshot [two=1] at 3");
    }

    @Test
    void aCompactionOfWhatHasBeenReadChangesNothing() {
        store.putByAnother(instance("one", 1));
        backend.watchInstances("orders", sink);
        time.runUntilIdle();
        sink.take();

        store.putByAnother(Instance.of("users", "http://10.0.0.1:80"));
        store.compact();
        store.link("a").reset();
        time.advance(SOON);

        assertThat(sink.take()).containsExactly("interrupted UNAVAILABLE", "resumed");
    }

    @Test
    void aStoreThatWasReplacedByAnEmptyOneIsListedAgain() {
        store.putByAnother(instance("one", 1));
        store.putByAnother(instance("one", 2));
        backend.watchInstances("orders", sink);
        time.runUntilIdle();
        sink.take();

        store.wipe();
        store.putByAnother(instance("two", 1));
        time.advance(SOON);

        assertThat(sink.take()).containsExactly("interrupted UNAVAILABLE", "snapshot [two=1] at 1");
    }

    @Test
    void garbageIsReportedAndWhatItReplacedIsGone() {
        store.putGarbage("orders", "bad");
        store.putByAnother(instance("one", 1));
        backend.watchInstances("orders", sink);
        time.runUntilIdle();
        assertThat(sink.take()).containsExactly("snapshot [one=1] at 2", "undecodable orders/bad");

        store.putGarbage("orders", "one");
        time.runUntilIdle();
        assertThat(sink.take()).containsExactly("changed [-one] at 3", "undecodable orders/one");
    }

    @Test
    void theCatalogueTellsEachChangeOfTheSetOfNames() {
        backend.watchServices(sink);
        time.runUntilIdle();
        store.putByAnother(instance("one", 1));
        time.runUntilIdle();
        store.putByAnother(instance("two", 1));
        time.runUntilIdle();
        store.putByAnother(Instance.of("users", "http://10.0.0.1:80"));
        store.delete("orders", "one");
        store.delete("orders", "two");
        time.runUntilIdle();

        assertThat(sink.take()).containsExactly("services [] at 0", "services [orders] at 1", "services [users] at 5");
    }

    @Test
    void nothingIsReportedAfterAWatchIsClosed() {
        Backend.Watch watch = backend.watchInstances("orders", sink);
        time.runUntilIdle();
        sink.take();

        store.putByAnother(instance("one", 1));
        watch.close();
        watch.close();
        store.link("a").cut();
        time.advance(SOON);

        assertThat(sink.take()).isEmpty();
    }

    @Test
    void aWatchThatBeginsWhileTheStoreIsAwayHearsWhyAndThenTheSnapshot() {
        store.kill();
        time.advance(Duration.ofSeconds(1));
        backend.watchInstances("orders", sink);
        time.runUntilIdle();
        assertThat(sink.take()).containsExactly("interrupted UNAVAILABLE");

        store.restart();
        time.advance(SOON);
        assertThat(sink.take()).containsExactly("snapshot [] at 0");
    }

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

    @Test
    void slowLinksKeepTheOrderOfWhatIsSent() {
        store.link("a").delay(Duration.ZERO, Duration.ofSeconds(1));
        backend.watchInstances("orders", sink);
        Publication one = publish(backend, "one");
        for (int weight = 1; weight <= 20; weight++) {
            CompletionStage<Void> put = one.put(instance("one", weight));
            time.advance(Duration.ofMillis(200));
            time.advanceUntil(() -> put.toCompletableFuture().isDone(), TIMEOUT);
        }
        time.advance(TIMEOUT);

        assertThat(String.join(" ", sink.take())
                        .replaceAll("[^=]*=([0-9]+)[^=]*", "$1 ")
                        .trim()
                        .split(" "))
                .hasSize(20)
                .isSortedAccordingTo((left, right) -> Integer.parseInt(left) - Integer.parseInt(right));
    }

    private Backend open(String client) {
        return store.provider()
                .open(
                        StoreUri.parse("memory:"),
                        new BackendContext(client, time, new Random(1), Backoff.defaults(), TTL, TIMEOUT));
    }

    private Publication publish(Backend owner, String id) {
        return owner.publish("orders", id, losses);
    }

    private static Instance instance(String id, int weight) {
        return Instance.of("orders", "http://10.0.0.1:80").withId(id).withWeight(weight);
    }

    private void put(Publication publication, int weight) {
        succeed(publication.put(instance(idOf(publication), weight)));
    }

    private static String idOf(Publication publication) {
        return ((MemoryPublication) publication).topic().id();
    }

    private void succeed(CompletionStage<Void> stage) {
        time.advanceUntil(() -> stage.toCompletableFuture().isDone(), TIMEOUT);
        assertThat(stage.toCompletableFuture()).isCompleted();
    }

    private static void fail(CompletionStage<Void> stage, Kind kind) {
        CompletableFuture<Void> future = stage.toCompletableFuture();
        assertThat(future)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .havingCause()
                .isInstanceOfSatisfying(
                        StoreException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(kind));
    }
}
