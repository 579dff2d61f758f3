package dev.rollcall.testing.benchmarks.endtoend;

import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.testing.servers.StoreServers;
import dev.rollcall.testing.servers.TcpProxy;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Heap for each known instance with three metadata entries, beside a plain record with {@code Map.copyOf}; threads and connections with 1 and 1,001
 * watched services. */
final class Footprint {
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
            FirstView.fill(client, store.instances);
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
            watched(store, servers);
        }
    }

    private static void watched(Store store, StoreServers servers) throws InterruptedException {
        try (TcpProxy proxy = TcpProxy.to(servers.endpoints().get(0));
                Rollcall rollcall = Rollcall.connect(servers.uri(List.of(proxy.endpoint())))) {
            rollcall.discover("first").awaitKnown(Duration.ofSeconds(30));
            int threads = ManagementFactory.getThreadMXBean().getThreadCount();
            int connections = proxy.connections();
            List<ServiceView> views = IntStream.range(0, 1_000)
                    .mapToObj(i -> rollcall.discover("service-" + i))
                    .toList();
            for (ServiceView view : views) {
                view.awaitKnown(Duration.ofSeconds(30));
            }
            Figures.say(
                    "%-9s with 1 watched service: %d threads of the JVM, %d connections; with 1,001: %d threads, %d connections",
                    store,
                    threads,
                    connections,
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    proxy.connections());
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

    /** What is in use after a collection, in bytes. */
    static long heap() {
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
