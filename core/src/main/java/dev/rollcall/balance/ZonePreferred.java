package dev.rollcall.balance;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Keeps picks in one zone as far as its capacity goes, which is its weight against the weight that its own callers
 * need: Envoy's zone-aware routing, with the callers' shares given or taken as equal instead of observed.
 *
 * @param share the part of all calls that comes from this zone, or 0 for an equal part for each zone
 */
record ZonePreferred(LoadBalancer inner, String zone, double share) implements LoadBalancer {
    /** More zones than this share one picker for what spills over, which bounds what a split costs. */
    private static final int MAX_OTHER_ZONES = 16;

    ZonePreferred {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share: " + share + " (expected: above 0, up to 1)");
        }
    }

    @Override
    public Picker picker(Candidates candidates) {
        Map<String, Long> capacities = capacities(candidates.nodes());
        long here = capacities.getOrDefault(zone, 0L);
        if (here == 0 || capacities.size() == 1) {
            candidates.note(() -> (here == 0 ? "nobody" : "everybody") + " is in zone " + zone);
            return inner.picker(candidates);
        }
        double total = 0;
        for (long capacity : capacities.values()) {
            total += capacity;
        }
        double own = share > 0 ? share : 1.0 / capacities.size();
        double staying = Math.min(1, here / (own * total));
        double all = total;
        candidates.note(() -> "zone " + zone + " has " + here + " of " + (long) all + " in weight for "
                + Math.round(100 * own) + " % of the calls, so " + Math.round(100 * staying) + " % stay");
        if (staying == 1) {
            return candidates
                    .where(
                            "in zone " + zone + ", which has room",
                            node -> node.zone().equals(zone))
                    .picker(inner);
        }
        SplitPicker.Builder split = new SplitPicker.Builder();
        split.add(part(candidates, zone), staying);
        capacities.remove(zone);
        spill(candidates, capacities, (1 - own) / capacities.size() * total, 1 - staying, split);
        return split.build(candidates.random());
    }

    /** Divides what leaves the zone among the others by what each has beyond the needs of its own callers. */
    private void spill(
            Candidates candidates,
            Map<String, Long> others,
            double needEach,
            double leaving,
            SplitPicker.Builder split) {
        if (others.size() > MAX_OTHER_ZONES) {
            Candidates elsewhere =
                    candidates.part("elsewhere", instance -> !instance.zone().equals(zone));
            split.add(elsewhere.picker(inner), leaving);
            return;
        }
        double room = 0;
        for (long capacity : others.values()) {
            room += Math.max(0, capacity - needEach);
        }
        for (Map.Entry<String, Long> other : others.entrySet()) {
            double part = Math.max(0, other.getValue() - needEach) / room;
            if (part > 0) {
                split.add(part(candidates, other.getKey()), leaving * part);
            }
        }
    }

    private Picker part(Candidates candidates, String zone) {
        return candidates
                .part("zone " + zone, instance -> instance.zone().equals(zone))
                .picker(inner);
    }

    private static Map<String, Long> capacities(Node[] nodes) {
        Weights weights = Weights.of(nodes);
        Map<String, Long> capacities = new TreeMap<>();
        for (int i = 0; i < nodes.length; i++) {
            capacities.merge(nodes[i].instance().zone(), (long) weights.weight(i), Long::sum);
        }
        return capacities;
    }

    @Override
    public Set<Statistic> needs() {
        return inner.needs();
    }

    @Override
    public String toString() {
        return inner + ".preferZone(" + zone + (share > 0 ? ", " + share : "") + ")";
    }
}
