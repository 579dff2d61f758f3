package dev.rollcall.balance;

import dev.rollcall.Instance;
import java.util.Set;
import java.util.function.Predicate;

/** Gives a share of the picks to some of the instances, however many they are, and the rest to the others. */
record Canary(LoadBalancer inner, String what, Predicate<? super Instance> condition, double share)
        implements LoadBalancer {

    Canary {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share: " + share + " (expected: 0 to 1)");
        }
    }

    @Override
    public Picker picker(Candidates candidates) {
        Candidates canaries = candidates.part("canary", condition);
        Candidates others = candidates.part("others", instance -> !condition.test(instance));
        if (canaries.isEmpty() || others.isEmpty()) {
            candidates.note(() -> (canaries.isEmpty() ? "none is " : "all are ") + what + ", so there is no split");
            return candidates.picker(inner);
        }
        candidates.note(() -> 100 * share + " % of the picks for " + what);
        SplitPicker.Builder split = new SplitPicker.Builder();
        if (share > 0) {
            split.add(canaries.picker(inner), share);
        }
        if (share < 1) {
            split.add(others.picker(inner), 1 - share);
        }
        return split.build(candidates.random());
    }

    @Override
    public Set<Statistic> needs() {
        return inner.needs();
    }

    @Override
    public String toString() {
        return inner + ".canary(" + what + ", " + share + ")";
    }
}
