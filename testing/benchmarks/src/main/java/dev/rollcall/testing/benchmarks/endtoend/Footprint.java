package dev.rollcall.testing.benchmarks.endtoend;

import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.testing.servers.StoreServers;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Heap for each known instance with three metadata entries, beside a plain record with {@code Map.copyOf}; threads with 1 and 1,000 services. */
final class Footprint {
    private static final int INSTANCES = 100_000;

    /** What a straightforward client would keep, its strings its own as a parser makes them. */
    private record Plain(
            String service,
            String id,
            List<Address> endpoints,
            int weight,
            String zone,
            String version,
            Map<String, String> metadata) {}

    private record Address(String scheme, String host, int port) {}

    private Footprint() {}

    static void measure(Store store) throws Exception {
        try (StoreServers servers = store.start();
                RawClient client = store.raw(servers);
                Rollcall rollcall = Rollcall.connect(servers.uri())) {
            FirstView.fill(client, INSTANCES);
            rollcall.discover("other").awaitKnown(Duration.ofSeconds(10));
            long before = heap();
            ServiceView big = rollcall.discover("big");
            int known = big.awaitKnown(Duration.ofMinutes(2)).instances().size();
            double ours = (heap() - before) / (double) known;
            before = heap();
            List<Plain> plain = new ArrayList<>();
            big.instances().forEach(instance -> plain.add(plain(instance)));
            double floor = (heap() - before) / (double) plain.size();
            Figures.say(
                    "%-9s heap for each of %,d known instances: Rollcall, whole cache %.0f B, plain records %.0f B, ratio %.2f",
                    store, known, ours, floor, ours / floor);
            int one = ManagementFactory.getThreadMXBean().getThreadCount();
            for (int i = 0; i < 1_000; i++) {
                rollcall.discover("service-" + i).awaitKnown(Duration.ofSeconds(30));
            }
            int thousand = ManagementFactory.getThreadMXBean().getThreadCount();
            Figures.say("%-9s threads of the JVM: %d with 2 watched services, %d with 1,002", store, one, thousand);
        }
    }

    private static Plain plain(Instance instance) {
        Map<String, String> metadata = new java.util.HashMap<>();
        instance.metadata().forEach((key, value) -> metadata.put(key, copy(value)));
        return new Plain(
                instance.service(),
                copy(instance.id()),
                List.of(new Address(
                        instance.endpoint().scheme(),
                        copy(instance.endpoint().host()),
                        instance.endpoint().port())),
                instance.weight(),
                instance.zone(),
                instance.version(),
                Map.copyOf(metadata));
    }

    private static String copy(String text) {
        return new String(text.toCharArray());
    }

    private static long heap() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Waiting.pause(100);
            used = Math.min(
                    used,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return used;
    }
}
