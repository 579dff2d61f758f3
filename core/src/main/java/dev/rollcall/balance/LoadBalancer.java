package dev.rollcall.balance;

import java.util.Set;

/**
 * How one instance is chosen among many: a function from the instances that may be chosen to a {@link Picker}. Immutable
 * and safe for use by many threads; one balancer can serve any number of selectors, each of which keeps what it
 * learns to itself.
 */
@FunctionalInterface
public interface LoadBalancer {

    /**
     * Makes a picker over these candidates, which are not empty. Called by a thread that picks, when a snapshot is new, by one
     * thread at a time for each selector; what it throws, that pick throws. Time linear in their number is expected.
     */
    Picker picker(Candidates candidates);

    /** What has to be measured for this balancer; by default nothing. Always the same. */
    default Set<Statistic> needs() {
        return Set.of();
    }

    /** Each instance with the same chance, whatever its weight. Nothing is shared between threads. */
    static LoadBalancer random() {
        return new Leaf("random", "each with the same chance", Set.of(), RandomPicker::new);
    }

    /**
     * One instance after the other, whatever their weights. One thread's picks are exactly even: any two instances are chosen
     * equally often or once more. Threads go round separately, so that they don't contend, each from a random
     * start; see {@link #weightedRoundRobin()} for one that heeds weights.
     */
    static LoadBalancer roundRobin() {
        return new Leaf("roundRobin", "one after the other", Set.of(), RotationPicker::even);
    }

    /** Each instance with a chance in proportion to its weight: Walker's alias method (1974), in constant time. */
    static LoadBalancer weightedRandom() {
        return new Leaf(
                "weightedRandom", "each with a chance in proportion to its weight", Set.of(), WeightedRandomPicker::of);
    }

    /**
     * Each instance as often as its weight says, its turns spread evenly, in constant time. As nginx's smooth weighted round
     * robin where the weights without their common factor amount to 512 or less; otherwise, by the fractional parts of n/φ
     * (Kuipers and Niederreiter, 1974), as even within a few picks. Threads go round separately, so that they don't contend.
     */
    static LoadBalancer weightedRoundRobin() {
        return new Leaf("weightedRoundRobin", "each as often as its weight says", Set.of(), WeightedRotation::of);
    }

    /**
     * The less loaded of two instances drawn in proportion to their weights (Mitzenmacher, 2001). The load is the calls under
     * way in proportion to the weight, and recent failures count as calls under way. Picks have to be closed.
     */
    static LoadBalancer leastLoaded() {
        return new Leaf(
                "leastLoaded",
                "of two drawn at random the one with fewer calls under way for its weight",
                Set.of(Statistic.IN_FLIGHT),
                LeastLoadedPicker::new);
    }

    /**
     * The quicker of two instances drawn in proportion to their weights: by average latency, which follows peaks at once and fades
     * over ten seconds, times the calls under way, as in Finagle's {@code PeakEwma}. A failed call counts as one
     * that took a second. Picks have to be reported and closed.
     */
    static LoadBalancer peakEwma() {
        return new Leaf(
                "peakEwma",
                "of two drawn at random the one with the lower latency times calls under way",
                Set.of(Statistic.LATENCY),
                PeakEwmaPicker::new);
    }
}
