package dev.rollcall.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.Subscription;
import dev.rollcall.config.Config;
import dev.rollcall.config.ConfigEntry;
import dev.rollcall.config.Decoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What is written at a configuration key is what is followed, and never gets worse than it was. */
public interface ConfigGuarantees extends ConfigTestbed {

    @Test
    default void configFollowsWhatIsWrittenFromBeforeTheKeyExists() {
        Live<String> limit = follower().follow("limits/orders", Decoder.text());
        awaitPending(limit, Kind.ABSENT);
        Config writer = writer();

        ConfigEntry first = answer(writer.write("limits/orders", "1"));
        awaitFresh(limit, "1", first.revision());
        ConfigEntry second = answer(writer.write("limits/orders", "2"));
        awaitFresh(limit, "2", second.revision());
        assertThat(second.revision()).isGreaterThan(first.revision());

        assertThat(answer(writer.delete("limits/orders"))).isTrue();
        awaitStale(limit, "2", Kind.ABSENT);
        assertThat(answer(writer.delete("limits/orders"))).isFalse();

        ConfigEntry third = answer(writer.write("limits/orders", ""));
        awaitFresh(limit, "", third.revision());
        assertThat(third.revision()).isGreaterThan(second.revision());
    }

    @Test
    default void configThatIsAbsentHasItsDefault() throws InterruptedException {
        Live<Integer> limit = follower().follow("limit", PERCENT, 50);
        assertThat(limit.awaitKnown(patience())).isEqualTo(50);
        assertThat(limit.reading()).isInstanceOf(Reading.Fresh.class);
        Config writer = writer();

        answer(writer.write("limit", "7"));
        awaitFresh(limit, 7);
        answer(writer.delete("limit"));
        awaitFresh(limit, 50);
    }

    @Test
    default void configThatCannotBeDecodedKeepsTheLastGoodValueAndSaysWhy() {
        Config config = follower();
        Config writer = writer();
        ConfigEntry good = answer(writer.write("limit", "10"));
        Live<Integer> limit = config.follow("limit", PERCENT);
        awaitFresh(limit, 10, good.revision());

        ConfigEntry bad = answer(writer.write("limit", "101"));
        Reading.Stale<Integer> stale = awaitStale(limit, 10, Kind.UNDECODABLE);
        assertThat(stale.revision()).isEqualTo(good.revision());
        assertThat(stale.cause()).hasMessageContainingAll("limit", "revision " + bad.revision(), "1 to 100");

        store().putConfig("limit", new byte[] {'9', (byte) 0xff});
        eventually()
                .untilAsserted(() -> assertThat(awaitStale(limit, 10, Kind.UNDECODABLE))
                        .extracting(now -> String.valueOf(now.cause().getMessage()))
                        .asString()
                        .contains("UTF-8"));
        assertThat(limit.reading()).extracting("since").isEqualTo(stale.since());
        assertThat(failureOf(config.read("limit")).kind()).isEqualTo(Kind.UNDECODABLE);

        answer(writer.write("limit", "20"));
        awaitFresh(limit, 20);
    }

    @Test
    default void configThatWasNeverGoodIsPendingAndSaysWhy() {
        Config writer = writer();
        answer(writer.write("limit", "many"));
        Live<Integer> limit = follower().follow("limit", PERCENT, 50);
        awaitPending(limit, Kind.UNDECODABLE);

        answer(writer.write("limit", "1"));
        awaitFresh(limit, 1);
    }

    @Test
    default void g8ConfigBelowAPrefixIsThatAndNothingElse() {
        Config writer = writer();
        List<String> keys = List.of("orders/a", "orders/sub/b", "orders", "orders-v2/a", "orders.v2/a", "orders0", "a");
        keys.forEach(key -> answer(writer.write(key, "of " + key)));
        Config config = follower();
        Map<String, String> expected = Map.of("orders/a", "of orders/a", "orders/sub/b", "of orders/sub/b");

        Live<SortedMap<String, String>> orders = config.followPrefix("orders", Decoder.text());
        Live<SortedMap<String, String>> sub = config.followPrefix("orders/sub/", Decoder.text());
        Live<SortedMap<String, String>> all = config.followPrefix("", Decoder.text());
        awaitFresh(orders, new TreeMap<>(expected));
        awaitFresh(sub, new TreeMap<>(Map.of("orders/sub/b", "of orders/sub/b")));
        awaitKeys(all, keys);
        assertThat(answer(config.list("orders/")))
                .extracting(ConfigEntry::key)
                .containsExactly("orders/a", "orders/sub/b");
        assertThat(answer(config.list("")))
                .extracting(ConfigEntry::key)
                .containsExactlyElementsOf(keys.stream().sorted().toList());
        assertThat(answer(config.read("orders/sub"))).isEmpty();

        answer(writer.write("orders-v2/b", "more"));
        answer(writer.write("orders/c", "of orders/c"));
        answer(writer.delete("orders/a"));
        answer(writer.delete("orders"));
        awaitKeys(orders, List.of("orders/c", "orders/sub/b"));
        assertThat(answer(config.read("orders"))).isEmpty();
        answer(writer.write("orders", "again"));
        assertThat(answer(config.read("orders")).map(ConfigEntry::text)).contains("again");
        awaitKeys(
                all,
                List.of(
                        "a",
                        "orders",
                        "orders-v2/a",
                        "orders-v2/b",
                        "orders.v2/a",
                        "orders/c",
                        "orders/sub/b",
                        "orders0"));
    }

    @Test
    default void configEntriesOfAPrefixDoNotHoldEachOtherBack() {
        Config writer = writer();
        answer(writer.write("limits/a", "1"));
        answer(writer.write("limits/b", "2"));
        Live<SortedMap<String, Integer>> limits = follower().followPrefix("limits", PERCENT);
        awaitFresh(limits, new TreeMap<>(Map.of("limits/a", 1, "limits/b", 2)));

        answer(writer.write("limits/a", "bad"));
        answer(writer.write("limits/b", "3"));
        answer(writer.write("limits/c", "bad from the start"));
        answer(writer.write("limits/d", "4"));
        Map<String, Integer> good = Map.of("limits/a", 1, "limits/b", 3, "limits/d", 4);
        eventually()
                .untilAsserted(() -> assertThat(awaitStale(limits, new TreeMap<>(good), Kind.UNDECODABLE)
                                .cause())
                        .hasMessageContainingAll("limits/a", "1 other key"));

        answer(writer.write("limits/a", "5"));
        answer(writer.delete("limits/c"));
        awaitFresh(limits, new TreeMap<>(Map.of("limits/a", 5, "limits/b", 3, "limits/d", 4)));
    }

    @Test
    default void g2AndG4ConfigOutlastsAnOutageAndMissesNothing() {
        Config writer = writer();
        answer(writer.write("app/stays", "1"));
        answer(writer.write("app/changes", "1"));
        answer(writer.write("app/leaves", "1"));
        Config config = client().config();
        Live<SortedMap<String, String>> app = config.followPrefix("app", Decoder.text());
        Live<String> changes = config.follow("app/changes", Decoder.text());
        Map<String, String> before = Map.of("app/stays", "1", "app/changes", "1", "app/leaves", "1");
        awaitFresh(app, new TreeMap<>(before));
        awaitFresh(changes, "1");

        store().cut();
        Reading.Stale<String> stale = awaitStale(changes, "1", null);
        assertThat(stale.cause().concernsWholeStore()).isTrue();
        awaitStale(app, new TreeMap<>(before), null);
        assertThat(failureOf(config.write("app/stays", "2")).concernsWholeStore())
                .isTrue();
        assertThat(failureOf(config.read("app/stays")).concernsWholeStore()).isTrue();
        answer(writer.write("app/changes", "2"));
        answer(writer.write("app/comes", "2"));
        answer(writer.delete("app/leaves"));
        store().compact();
        store().heal();

        awaitFresh(changes, "2");
        eventually()
                .until(() -> app.reading() instanceof Reading.Fresh<SortedMap<String, String>> fresh
                        && List.copyOf(fresh.known().keySet()).equals(List.of("app/changes", "app/comes", "app/stays"))
                        && "2".equals(fresh.known().get("app/changes")));
    }

    @Test
    default void g1AndG5ConfigConvergesAndNeverGoesBack() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Config writer = writer();
        Config config = follower();
        Live<SortedMap<String, String>> all = config.followPrefix("", Decoder.text());
        Live<String> one = config.follow("a/1", Decoder.text());
        List<Long> revisions = Collections.synchronizedList(new ArrayList<>());
        Subscription heard = all.listen(Runnable::run, reading -> revisions.add(Testbed.revision(reading)));
        SortedMap<String, String> expected = new TreeMap<>();
        for (int step = 0; step < 150; step++) {
            String key = (random.nextBoolean() ? "a/" : "a/b/") + random.nextInt(4);
            if (random.nextInt(3) == 0) {
                answer(writer.delete(key));
                expected.remove(key);
            } else {
                answer(writer.write(key, "step " + step));
                expected.put(key, "step " + step);
            }
            if (step % 50 == 25) {
                store().cut();
            } else if (step % 50 == 35) {
                store().heal();
            }
        }
        answer(writer.write("a/1", "last"));
        expected.put("a/1", "last");

        eventually()
                .untilAsserted(() -> assertThat(all.reading().value().orElseThrow())
                        .as("seed %d", seed)
                        .isEqualTo(expected));
        awaitFresh(one, "last");
        heard.close();
        assertThat(List.copyOf(revisions)).as("seed %d", seed).isSorted();
    }

    @Test
    default void configOfAStoreThatLostEverythingStaysAndSaysSo() {
        Config writer = writer();
        answer(writer.write("limit", "10"));
        Config config = follower();
        Live<Integer> limit = config.follow("limit", PERCENT);
        awaitFresh(limit, 10);

        store().wipe();
        awaitStale(limit, 10, Kind.ABSENT);

        eventually().untilAsserted(() -> assertThat(config.write("limit", "20")).succeedsWithin(patience()));
        awaitFresh(limit, 20);
    }

    @Test
    default void g9ADecoderThatHangsDelaysNobodyElse() {
        Config config = follower();
        CountDownLatch stuck = new CountDownLatch(1);
        Live<String> hanging = config.follow("limit", text -> {
            Testbed.awaitQuietly(stuck);
            return text;
        });
        Live<Integer> limit = config.follow("limit", PERCENT);
        Config writer = writer();
        try {
            for (int i = 1; i <= 3; i++) {
                answer(writer.write("limit", String.valueOf(i)));
                awaitFresh(limit, i);
            }
            assertThat(hanging.reading()).isInstanceOf(Reading.Pending.class);
        } finally {
            stuck.countDown();
        }
        awaitFresh(hanging, "3");
    }

    @Test
    default void g10ConfigThatWasFollowedAndClosedLeavesNothingBehind() throws InterruptedException {
        Rollcall client = client(this::patient);
        Config config = client.config();
        answer(config.write("limits/a", "1"));
        cycle(config, 5);
        int threads = ResourceGuarantees.threads();

        cycle(config, 100);

        eventually().until(() -> ResourceGuarantees.threads() <= threads + ResourceGuarantees.STRAY_THREADS);
        Live<String> open = config.follow("absent", Decoder.text());
        CompletableFuture<Throwable> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return new AssertionError("known: " + open.awaitKnown(patience()));
            } catch (InterruptedException | RuntimeException e) {
                return e;
            }
        });
        client.close();
        assertThat(waiting).succeedsWithin(patience()).isInstanceOf(CancellationException.class);
        assertThat(catchThrowable(() -> Testbed.unawaited(config.read("limits/a"))))
                .isInstanceOf(IllegalStateException.class);
    }

    private void cycle(Config config, int cycles) throws InterruptedException {
        for (int i = 0; i < cycles; i++) {
            try (Live<String> one = config.follow("limits/a", Decoder.text());
                    Live<SortedMap<String, String>> all = config.followPrefix("limits", Decoder.text())) {
                one.listen(reading -> {});
                assertThat(one.awaitKnown(patience())).isEqualTo("1");
                assertThat(all.awaitKnown(patience())).hasSize(1);
            }
        }
    }
}
