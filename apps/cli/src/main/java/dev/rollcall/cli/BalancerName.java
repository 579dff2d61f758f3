package dev.rollcall.cli;

import dev.rollcall.balance.LoadBalancer;
import java.util.Locale;

/** A way of choosing, as users name it. */
enum BalancerName {
    RANDOM,
    ROUND_ROBIN,
    WEIGHTED_RANDOM,
    WEIGHTED_ROUND_ROBIN,
    LEAST_LOADED,
    PEAK_EWMA,
    CONSISTENT_HASH;

    LoadBalancer balancer() {
        return switch (this) {
            case RANDOM -> LoadBalancer.random();
            case ROUND_ROBIN -> LoadBalancer.roundRobin();
            case WEIGHTED_RANDOM -> LoadBalancer.weightedRandom();
            case WEIGHTED_ROUND_ROBIN -> LoadBalancer.weightedRoundRobin();
            case LEAST_LOADED -> LoadBalancer.leastLoaded();
            case PEAK_EWMA -> LoadBalancer.peakEwma();
            case CONSISTENT_HASH -> LoadBalancer.consistentHash();
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
