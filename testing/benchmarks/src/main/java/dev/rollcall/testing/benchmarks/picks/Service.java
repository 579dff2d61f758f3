package dev.rollcall.testing.benchmarks.picks;

import dev.rollcall.Instance;
import dev.rollcall.Snapshot;
import dev.rollcall.balance.LoadBalancer;
import dev.rollcall.balance.Selector;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** A service of a given size as a view holds it: the snapshot in a volatile field. */
final class Service {
    private volatile Snapshot snapshot;

    Service(int size) {
        List<Instance> instances = IntStream.range(0, size)
                .mapToObj(i -> Instance.of("orders", address(i))
                        .withWeight(weight(i))
                        .withZone(i % 3 == 0 ? "a" : "b")
                        .withVersion(i % 2 == 0 ? "1" : "2"))
                .toList();
        snapshot = Snapshot.of("orders", instances, Set.of());
    }

    static String address(int i) {
        return "http://10.%d.%d.%d:8080".formatted(i >> 16, (i >> 8) & 255, i & 255);
    }

    static int weight(int i) {
        return 1 + i % 10;
    }

    private Snapshot currentSnapshot() {
        return snapshot;
    }

    List<Instance> instances() {
        return snapshot.instances();
    }

    /** As the snapshot after some change, with equal instances. */
    void change() {
        snapshot = Snapshot.of("orders", snapshot.instances(), Set.of());
    }

    Selector selector(LoadBalancer balancer) {
        return Selector.of(this::currentSnapshot, balancer, System::nanoTime);
    }
}
