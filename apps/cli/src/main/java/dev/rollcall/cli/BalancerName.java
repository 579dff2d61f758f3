package dev.rollcall.cli;

import dev.rollcall.balance.Algorithm;
import dev.rollcall.balance.LoadBalancer;
import java.util.Locale;

/** An {@link Algorithm}, as command lines spell it. */
enum BalancerName {
    RANDOM,
    ROUND_ROBIN,
    WEIGHTED_RANDOM,
    WEIGHTED_ROUND_ROBIN,
    LEAST_LOADED,
    PEAK_EWMA,
    CONSISTENT_HASH;

    LoadBalancer balancer() {
        return Algorithm.valueOf(name()).balancer();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
