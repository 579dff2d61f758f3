package dev.rollcall.balance;

import dev.rollcall.Instance;
import java.util.Set;
import java.util.function.Predicate;

/** Another balancer, over the instances that meet a condition; over all if it is only a preference and none does. */
record Filtered(LoadBalancer inner, String what, Predicate<? super Instance> condition, boolean strict)
        implements LoadBalancer {

    @Override
    public Picker picker(Candidates candidates) {
        if (!strict && candidates.part("", condition).isEmpty()) {
            candidates.note(() -> "none is " + what + ", so all are considered");
            return inner.picker(candidates);
        }
        return candidates.where(what, condition).picker(inner);
    }

    @Override
    public Set<Statistic> needs() {
        return inner.needs();
    }

    @Override
    public String toString() {
        return inner + (strict ? ".filter(" : ".prefer(") + what + ")";
    }
}
