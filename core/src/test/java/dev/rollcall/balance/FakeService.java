package dev.rollcall.balance;

import dev.rollcall.Instance;
import dev.rollcall.Snapshot;
import dev.rollcall.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A service whose instances, clock and randomness a test holds in its hands. */
final class FakeService {
    private final RandomGenerator random;
    private volatile Snapshot snapshot = snapshot(List.of(), Set.of());
    private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);

    FakeService(long seed) {
        this.random = new Random(seed);
    }

    static FakeService of(Instance... instances) {
        return new FakeService(42).with(instances);
    }

    static FakeService weighted(int... weights) {
        return of(instances(weights.length, (i, instance) -> instance.withWeight(weights[i])));
    }

    static FakeService equal(int size) {
        return of(instances(size, (i, instance) -> instance));
    }

    static Instance instance(int index) {
        return Instance.of("orders", "http://10.%d.%d.%d:8080".formatted(index >> 16, (index >> 8) & 255, index & 255))
                .withId("i%05d".formatted(index));
    }

    interface Refinement {
        Instance apply(int index, Instance instance);
    }

    static Instance[] instances(int size, Refinement refinement) {
        return IntStream.range(0, size)
                .mapToObj(i -> refinement.apply(i, instance(i)))
                .toArray(Instance[]::new);
    }

    private static Snapshot snapshot(List<Instance> instances, Set<String> held) {
        return Snapshot.of("orders", instances, held);
    }

    FakeService with(Instance... instances) {
        snapshot = snapshot(Arrays.asList(instances), Set.of());
        return this;
    }

    FakeService hold(String... ids) {
        snapshot = snapshot(snapshot.instances(), Set.of(ids));
        return this;
    }

    FakeService add(Instance instance) {
        List<Instance> more = new ArrayList<>(snapshot.instances());
        more.add(instance);
        return with(more.toArray(Instance[]::new));
    }

    FakeService remove(String id) {
        return with(
                snapshot.instances().stream().filter(i -> !i.id().equals(id)).toArray(Instance[]::new));
    }

    FakeService change(String id, UnaryOperator<Instance> change) {
        return with(snapshot.instances().stream()
                .map(i -> i.id().equals(id) ? change.apply(i) : i)
                .toArray(Instance[]::new));
    }

    FakeService status(String id, Status status) {
        return change(id, instance -> instance.withStatus(status));
    }

    void pass(long amount, TimeUnit unit) {
        nanos.addAndGet(unit.toNanos(amount));
    }

    Snapshot snapshot() {
        return snapshot;
    }

    Selector selector(LoadBalancer balancer) {
        return Selector.of(() -> snapshot, balancer, nanos::get, this::nextRandom);
    }

    private synchronized long nextRandom() {
        return random.nextLong();
    }

    /** How often each instance is chosen, those never chosen included with 0. */
    Map<String, Integer> counts(Selector selector, int picks) {
        Map<String, Integer> counts = snapshot.instances().stream()
                .collect(Collectors.toMap(Instance::id, i -> 0, (a, b) -> a, TreeMap::new));
        for (int i = 0; i < picks; i++) {
            try (Pick pick = selector.pick()) {
                counts.merge(pick.instance().id(), 1, Integer::sum);
                pick.succeeded();
            }
        }
        return counts;
    }

    /** Calls that take a millisecond each; says how many met each instance. */
    Map<String, Integer> call(Selector selector, int calls, Predicate<String> fails) {
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < calls; i++) {
            try (Pick pick = selector.pick()) {
                String id = pick.instance().id();
                counts.merge(id, 1, Integer::sum);
                pass(1, TimeUnit.MILLISECONDS);
                if (fails.test(id)) {
                    pick.failed();
                } else {
                    pick.succeeded();
                }
            }
        }
        return counts;
    }
}
