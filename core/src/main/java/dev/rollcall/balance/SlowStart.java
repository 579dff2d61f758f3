package dev.rollcall.balance;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * Lets instances that came up lately have only a part of what the inner balancer would give them: from a tenth, growing
 * evenly with time.
 */
record SlowStart(LoadBalancer inner, Duration window) implements LoadBalancer {
    private static final Duration MAX_WINDOW = Duration.ofDays(1);

    SlowStart {
        if (window.isNegative() || window.isZero() || window.compareTo(MAX_WINDOW) > 0) {
            throw new IllegalArgumentException("window: " + window + " (expected: above 0, up to " + MAX_WINDOW + ")");
        }
    }

    @Override
    public Picker picker(Candidates candidates) {
        Picker picker = inner.picker(candidates);
        long now = candidates.meter().now();
        long oldest = -1;
        long youngest = Long.MAX_VALUE;
        int starting = 0;
        for (Node node : candidates.nodes()) {
            long age = node.tracker().ageNanos(now);
            if (age < window.toNanos()) {
                oldest = Math.max(oldest, age);
                youngest = Math.min(youngest, age);
                starting++;
            }
        }
        if (starting == 0) {
            return picker;
        }
        int count = starting;
        candidates.note(() -> count + " came up in the last " + window + " and get less until then");
        boolean all = starting == candidates.nodes().length;
        return new SlowStartPicker(picker, candidates, now - oldest, now - youngest, all, window.toNanos());
    }

    @Override
    public Set<Statistic> needs() {
        EnumSet<Statistic> needs = EnumSet.of(Statistic.AGE);
        needs.addAll(inner.needs());
        return needs;
    }

    @Override
    public String toString() {
        return inner + ".slowStart(" + window + ")";
    }
}
