package dev.rollcall.balance;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gives a key that is an instance's id that very instance, and leaves everything else to another balancer. */
record Sticky(LoadBalancer inner) implements LoadBalancer {

    @Override
    public Picker picker(Candidates candidates) {
        Picker picker = inner.picker(candidates);
        HashRing ids = new HashRing(candidates.nodes(), 1);
        candidates.note(() -> "sticky: the instance that the key names, if it can be chosen");
        return new Picker() {
            @Override
            public @Nullable Candidate pick() {
                return picker.pick();
            }

            @Override
            public @Nullable Candidate pick(long keyHash) {
                Node named = ids.withHash(keyHash);
                return named == null ? picker.pick(keyHash) : named;
            }
        };
    }

    @Override
    public Set<Statistic> needs() {
        return inner.needs();
    }

    @Override
    public String toString() {
        return inner + ".sticky()";
    }
}
