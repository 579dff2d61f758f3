package dev.rollcall.testing.benchmarks.endtoend;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.testing.servers.StoreServers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Registrations per second of one process, all on one lease or session, beside the raw client's puts with 64 in flight; in turns. */
final class RegistrationRate {
    private static final int ROUNDS = 5;
    private static final int IN_FLIGHT = 64;

    private RegistrationRate() {}

    static void measure(Store store) throws Exception {
        Figures raw = new Figures();
        Figures rollcall = new Figures();
        Figures removal = new Figures();
        List<String> ids = IntStream.range(0, store.registrations)
                .mapToObj(i -> "10.0." + (i >> 8) + "." + (i & 255) + ":8080")
                .toList();
        try (StoreServers servers = store.start()) {
            for (int round = 0; round <= ROUNDS; round++) {
                try (RawClient client = store.raw(servers)) {
                    long start = System.nanoTime();
                    Waiting.all(ids, IN_FLIGHT, id -> client.put("raw", id, 0));
                    note(store, round, raw, start);
                    client.clear("raw");
                }
                try (Rollcall client = Rollcall.connect(servers.uri())) {
                    Registration first = client.register(Instance.of("warm", "http://10.0.0.1:1"));
                    first.awaitRegistered(Duration.ofSeconds(10));
                    long start = System.nanoTime();
                    List<Registration> all = ids.stream()
                            .map(id -> client.register(Instance.of("own", "http://" + id)
                                    .withWeight(3)
                                    .withMetadata("build", "0")))
                            .toList();
                    for (Registration one : all) {
                        one.awaitRegistered(Duration.ofSeconds(60));
                    }
                    note(store, round, rollcall, start);
                    start = System.nanoTime();
                    CompletableFuture.allOf(
                                    all.stream().map(Registration::closeAsync).toArray(CompletableFuture<?>[]::new))
                            .join();
                    note(store, round, removal, start);
                }
            }
        }
        Figures.say(
                "%-9s registrations/s: raw %6.0f, Rollcall %6.0f, ratio %.2f; orderly removals/s (marked, then deleted): %6.0f",
                store, raw.median(), rollcall.median(), rollcall.median() / raw.median(), removal.median());
    }

    private static void note(Store store, int round, Figures figures, long start) {
        if (round > 0) {
            figures.add(store.registrations / ((System.nanoTime() - start) / 1e9));
        }
    }
}
