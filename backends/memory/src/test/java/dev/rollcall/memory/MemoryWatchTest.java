package dev.rollcall.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.Publication;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The reference keeps the words of the SPI: what watches are told. */
class MemoryWatchTest extends SimulatedStoreTest {

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
}
