package dev.rollcall.balance;

import java.util.Arrays;
import java.util.Optional;

/** The ways of choosing that need no options, by the names that {@link LoadBalancer} gives them: for rules and command lines. */
public enum Algorithm {
    /** {@link LoadBalancer#random()}. */
    RANDOM("random"),
    /** {@link LoadBalancer#roundRobin()}. */
    ROUND_ROBIN("roundRobin"),
    /** {@link LoadBalancer#weightedRandom()}. */
    WEIGHTED_RANDOM("weightedRandom"),
    /** {@link LoadBalancer#weightedRoundRobin()}. */
    WEIGHTED_ROUND_ROBIN("weightedRoundRobin"),
    /** {@link LoadBalancer#leastLoaded()}. */
    LEAST_LOADED("leastLoaded"),
    /** {@link LoadBalancer#peakEwma()}. */
    PEAK_EWMA("peakEwma"),
    /** {@link LoadBalancer#consistentHash()}. */
    CONSISTENT_HASH("consistentHash");

    private final String text;

    Algorithm(String text) {
        this.text = text;
    }

    /** The balancer with its default options. */
    public LoadBalancer balancer() {
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

    /** The one of this name, such as {@code roundRobin}; empty if there is none. */
    public static Optional<Algorithm> named(String text) {
        return Arrays.stream(values())
                .filter(algorithm -> algorithm.text.equals(text))
                .findFirst();
    }

    /** Its name, such as {@code roundRobin}. */
    @Override
    public String toString() {
        return text;
    }
}
