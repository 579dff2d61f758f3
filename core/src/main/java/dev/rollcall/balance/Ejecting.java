package dev.rollcall.balance;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Leaves out for a while those instances that do much worse than the others. */
record Ejecting(LoadBalancer inner, OutlierEjection policy) implements LoadBalancer {

    @Override
    public Picker picker(Candidates candidates) {
        if (!candidates.meter().tallying()) {
            candidates.note(() -> "outcomes are not counted, as the balancer around this one does not ask for them, so"
                    + " nobody is ejected");
            return inner.picker(candidates);
        }
        OutlierDetector detector = new OutlierDetector(policy, candidates);
        if (!candidates.isTrial()) {
            detector.review();
        }
        Map<Node, String> ejected = detector.ejected();
        candidates.note(() -> ejected.isEmpty() ? "nobody is ejected" : ejected.size() + " ejected");
        Picker picker = candidates.without(ejected).picker(inner);
        return candidates.isTrial() ? picker : new EjectionPicker(picker, detector);
    }

    @Override
    public Set<Statistic> needs() {
        EnumSet<Statistic> needs = EnumSet.of(Statistic.OUTCOMES, Statistic.LATENCY);
        needs.addAll(inner.needs());
        return needs;
    }

    @Override
    public String toString() {
        return inner + ".ejectOutliers(" + policy + ")";
    }
}
