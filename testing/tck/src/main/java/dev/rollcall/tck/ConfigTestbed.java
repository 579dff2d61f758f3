package dev.rollcall.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.config.Config;
import dev.rollcall.config.Decoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What tests of configuration have in common: who writes, who follows, and how they wait. */
interface ConfigTestbed extends Testbed {
    /** A number from 1 to 100. */
    Decoder<Integer> PERCENT =
            Decoder.text().map(Integer::valueOf).checked(number -> number >= 1 && number <= 100, "1 to 100");

    /** Of a client over the links that can be cut; patient, as nobody tries again what wasn't answered. */
    default Config follower() {
        return client(this::patient).config();
    }

    /** Of a client that the faults of links don't touch. */
    default Config writer() {
        return open(store().directUri(), this::patient).config();
    }

    default Rollcall.Builder patient(Rollcall.Builder options) {
        return options.requestTimeout(Duration.ofSeconds(10));
    }

    default <T> T answer(CompletableFuture<T> asked) {
        assertThat(asked).succeedsWithin(patience());
        return asked.join();
    }

    default StoreException failureOf(CompletableFuture<?> asked) {
        assertThat(asked).failsWithin(patience());
        Throwable failure = asked.handle((value, cause) -> cause).join();
        assertThat(failure).isInstanceOf(StoreException.class);
        return (StoreException) failure;
    }

    default <T> void awaitFresh(Live<T> live, T expected) {
        eventually()
                .untilAsserted(() -> assertThat(live.reading())
                        .isInstanceOfSatisfying(
                                Reading.Fresh.class,
                                fresh -> assertThat(fresh.known()).isEqualTo(expected)));
    }

    default <T> void awaitFresh(Live<T> live, T expected, long revision) {
        eventually().untilAsserted(() -> assertThat(live.reading()).isEqualTo(new Reading.Fresh<>(expected, revision)));
    }

    default void awaitKeys(Live<? extends SortedMap<String, ?>> live, List<String> keys) {
        eventually()
                .untilAsserted(() -> assertThat(live.reading().value().map(map -> List.<String>copyOf(map.keySet())))
                        .contains(keys.stream().sorted().toList()));
    }

    default <T> Reading.Stale<T> awaitStale(Live<T> live, T expected, @Nullable Kind kind) {
        return awaitReading(
                live,
                reading -> reading instanceof Reading.Stale<T> stale
                                && stale.known().equals(expected)
                                && (kind == null || stale.cause().kind() == kind)
                        ? Optional.of(stale)
                        : Optional.empty());
    }

    default <T> void awaitPending(Live<T> live, Kind kind) {
        awaitReading(
                live,
                reading -> reading instanceof Reading.Pending<T> pending
                                && pending.cause() != null
                                && pending.cause().kind() == kind
                        ? Optional.of(pending)
                        : Optional.empty());
    }

    default <T, R> R awaitReading(Live<T> live, Function<Reading<T>, Optional<R>> expected) {
        List<R> found = new ArrayList<>();
        eventually()
                .untilAsserted(
                        () -> assertThat(expected.apply(live.reading()).stream().peek(found::add))
                                .as("%s", live.reading())
                                .isNotEmpty());
        return found.get(0);
    }
}
