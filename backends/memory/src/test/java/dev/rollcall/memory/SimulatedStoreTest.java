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

/** One simulated store and a backend of it, in virtual time. */
abstract class SimulatedStoreTest {
    static final Duration TTL = Duration.ofSeconds(10);
    static final Duration TIMEOUT = Duration.ofSeconds(3);
    /** An outage is noticed, and its end, within this time. */
    static final Duration SOON = Duration.ofSeconds(10);

    final VirtualTime time = new VirtualTime();
    final MemoryStore store = MemoryStore.inTimeOf(time);
    final Backend backend = open("a");
    final RecordingSink sink = new RecordingSink();
    final RecordingSink losses = new RecordingSink();

    Backend open(String client) {
        return store.provider()
                .open(
                        StoreUri.parse("memory:"),
                        new BackendContext(client, time, new Random(1), Backoff.defaults(), TTL, TIMEOUT));
    }

    Publication publish(Backend owner, String id) {
        return owner.publish("orders", id, losses);
    }

    static Instance instance(String id, int weight) {
        return Instance.of("orders", "http://10.0.0.1:80").withId(id).withWeight(weight);
    }

    void put(Publication publication, int weight) {
        succeed(publication.put(instance(idOf(publication), weight)));
    }

    static String idOf(Publication publication) {
        return ((MemoryPublication) publication).topic().id();
    }

    void succeed(CompletionStage<Void> stage) {
        time.advanceUntil(() -> stage.toCompletableFuture().isDone(), TIMEOUT);
        assertThat(stage.toCompletableFuture()).isCompleted();
    }

    static void fail(CompletionStage<Void> stage, Kind kind) {
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
