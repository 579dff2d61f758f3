package dev.rollcall.testing.benchmarks.picks;

import dev.rollcall.Instance;
import dev.rollcall.balance.LoadBalancer;
import dev.rollcall.balance.Pick;
import dev.rollcall.balance.Selector;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How evenly picks are spread: a thousand picks for each instance, by one thread, each reported as succeeded at once. Prints by how much of its share the instance that is
 * furthest from it differs, and the root mean square of all; of picks at random, about 3.2 % is what chance gives an average share.
 */
public final class Fairness {
    private static final int PICKS_EACH = 1_000;
    private static final int[] SIZES = {3, 100, 10_000};

    private Fairness() {}

    public static void main(String[] args) {
        Map<String, LoadBalancer> even = new LinkedHashMap<>();
        even.put("random", LoadBalancer.random());
        even.put("roundRobin", LoadBalancer.roundRobin());
        Map<String, LoadBalancer> byWeight = new LinkedHashMap<>();
        byWeight.put("weightedRandom", LoadBalancer.weightedRandom());
        byWeight.put("weightedRoundRobin", LoadBalancer.weightedRoundRobin());
        byWeight.put("leastLoaded", LoadBalancer.leastLoaded());
        byWeight.put("peakEwma", LoadBalancer.peakEwma());
        for (int size : SIZES) {
            even.forEach((name, balancer) -> print(name, size, balancer, false));
            byWeight.forEach((name, balancer) -> print(name, size, balancer, true));
        }
    }

    private static void print(String name, int size, LoadBalancer balancer, boolean weighted) {
        Service service = new Service(size);
        IdentityHashMap<Instance, int[]> counts = picked(service.selector(balancer), size);
        List<Instance> instances = service.instances();
        double totalWeight = instances.stream()
                .mapToInt(instance -> weighted ? instance.weight() : 1)
                .sum();
        double greatest = 0;
        double squares = 0;
        for (Instance instance : instances) {
            double share = (weighted ? instance.weight() : 1) / totalWeight * size * PICKS_EACH;
            double off = counts.getOrDefault(instance, new int[1])[0] / share - 1;
            greatest = Math.max(greatest, Math.abs(off));
            squares += off * off;
        }
        System.out.println(String.format(
                Locale.ROOT,
                "%-20s %,7d instances: %6.2f %% at most, %5.2f %% root mean square",
                name,
                size,
                100 * greatest,
                100 * Math.sqrt(squares / size)));
    }

    private static IdentityHashMap<Instance, int[]> picked(Selector selector, int size) {
        IdentityHashMap<Instance, int[]> counts = new IdentityHashMap<>();
        for (long i = 0; i < (long) PICKS_EACH * size; i++) {
            try (Pick pick = selector.pick()) {
                counts.computeIfAbsent(pick.instance(), first -> new int[1])[0]++;
                pick.succeeded();
            }
        }
        return counts;
    }
}
