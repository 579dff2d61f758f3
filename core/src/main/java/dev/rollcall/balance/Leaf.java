package dev.rollcall.balance;

import java.util.Set;
import java.util.function.Function;

/** A balancer that chooses by itself. */
record Leaf(String name, String how, Set<Statistic> needs, Function<Candidates, Picker> pickers)
        implements LoadBalancer {

    @Override
    public Picker picker(Candidates candidates) {
        candidates.note(() -> name + ": " + how);
        return pickers.apply(candidates);
    }

    @Override
    public String toString() {
        return name;
    }
}
