package dev.rollcall.gateway;

import dev.rollcall.balance.LoadBalancer;
import java.util.Arrays;
import java.util.Optional;

/** How a rule chooses among a service's instances, by the names that {@link LoadBalancer} gives its ways of choosing. */
enum Algorithm {
    RANDOM("random"),
    ROUND_ROBIN("roundRobin"),
    WEIGHTED_RANDOM("weightedRandom"),
    WEIGHTED_ROUND_ROBIN("weightedRoundRobin"),
    LEAST_LOADED("leastLoaded"),
    PEAK_EWMA("peakEwma"),
    CONSISTENT_HASH("consistentHash");

    private final String text;

    Algorithm(String text) {
        this.text = text;
    }

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

    static Optional<Algorithm> named(String text) {
        return Arrays.stream(values())
                .filter(algorithm -> algorithm.text.equals(text))
                .findFirst();
    }

    /** As it is written in rules. */
    @Override
    public String toString() {
        return text;
    }
}
