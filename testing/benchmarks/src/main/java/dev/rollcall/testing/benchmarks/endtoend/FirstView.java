package dev.rollcall.testing.benchmarks.endtoend;

import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.testing.servers.StoreServers;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Time from asking for a large service until it is known, beside the raw client's list and JSON parse; in turns. */
final class FirstView {
    private static final int ROUNDS = 5;

    private FirstView() {}

    static void measure(Store store) throws Exception {
        Figures raw = new Figures();
        Figures view = new Figures();
        try (StoreServers servers = store.start();
                RawClient client = store.raw(servers);
                Rollcall rollcall = Rollcall.connect(servers.uri())) {
            fill(client, store.instances);
            for (int round = 0; round <= ROUNDS; round++) {
                long start = System.nanoTime();
                require(store, client.list("big"));
                note(round, raw, start);
                start = System.nanoTime();
                try (ServiceView big = rollcall.discover("big")) {
                    require(
                            store,
                            big.awaitKnown(Duration.ofMinutes(2)).instances().size());
                    note(round, view, start);
                }
            }
        }
        Figures.say(
                "%-9s first view of %,d: raw list + parse %5.0f ms, Rollcall %5.0f ms, ratio %.2f",
                store, store.instances, raw.median(), view.median(), view.median() / raw.median());
    }

    static void fill(RawClient client, int instances) {
        List<String> ids = IntStream.range(0, instances)
                .mapToObj(i -> "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255) + ":8080")
                .toList();
        Waiting.all(ids, 64, id -> client.put("big", id, 0));
    }

    private static void note(int round, Figures figures, long start) {
        if (round > 0) {
            figures.add((System.nanoTime() - start) / 1e6);
        }
    }

    private static void require(Store store, int found) {
        if (found != store.instances) {
            throw new IllegalStateException("found " + found + " of " + store.instances);
        }
    }
}
