package dev.rollcall.zookeeper;

import dev.rollcall.Instance;
import dev.rollcall.spi.Change;
import dev.rollcall.spi.InstanceSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Members of a ServerSet and the vectors that weigh them. Remembers both, as each vector may concern every member. Weights are whole numbers here:
 * where a vector says a fraction, those of all members of the service are a hundred times as large.
 */
final class ServersetMembers implements Members {
    private static final int FRACTIONS = 100;

    private final String service;
    private final Layout layout;
    private final Gate gate;
    private final InstanceSink sink;
    private final Map<String, Instance> members = new HashMap<>();
    private final Map<String, ServersetVector> vectors = new TreeMap<>();
    private Map<String, Instance> shown = new HashMap<>();
    private boolean listing;

    ServersetMembers(String service, Layout layout, Gate gate, InstanceSink sink) {
        this.service = service;
        this.layout = layout;
        this.gate = gate;
        this.sink = sink;
    }

    @Override
    public void reset() {
        members.clear();
        vectors.clear();
        shown.clear();
        listing = false;
    }

    @Override
    public void listing() {
        reset();
        listing = true;
    }

    @Override
    public void read(String node, Session.Node content, long revision) {
        try {
            if (node.startsWith(ServersetLayout.MEMBER)) {
                members.put(node, layout.read(service, node, content.data()));
            } else if (node.startsWith(ServersetLayout.VECTOR)) {
                vectors.put(node, ServersetVector.read(content.data()));
            } else {
                throw new InstanceReader.MalformedException(
                        "neither a member nor a vector (expected: member_0123456789 or vector_…)");
            }
        } catch (InstanceReader.MalformedException | IllegalArgumentException e) {
            unreadable(node, String.valueOf(e.getMessage()), revision);
            return;
        }
        tell(false, revision);
    }

    @Override
    public void unreadable(String node, String reason, long revision) {
        gate.call(() -> sink.undecodable(layout.service(service) + "/" + node, reason));
        gone(node, false, revision);
    }

    @Override
    public void gone(String node, boolean onPurpose, long revision) {
        if (members.remove(node) != null || vectors.remove(node) != null) {
            tell(onPurpose, revision);
        }
    }

    @Override
    public void listed(long revision) {
        if (listing) {
            listing = false;
            shown = weighted();
            List<Instance> all = List.copyOf(shown.values());
            gate.call(() -> sink.snapshot(all, revision));
        }
    }

    private void tell(boolean onPurpose, long revision) {
        if (listing) {
            return;
        }
        Map<String, Instance> before = shown;
        shown = weighted();
        List<Change> changes = new ArrayList<>();
        for (String gone : Set.copyOf(before.keySet())) {
            if (!shown.containsKey(gone)) {
                changes.add(new Change.Removed(gone, onPurpose));
            }
        }
        for (Instance now : shown.values()) {
            if (!now.equals(before.get(now.id()))) {
                changes.add(new Change.Put(now));
            }
        }
        if (!changes.isEmpty()) {
            gate.call(() -> sink.changed(changes, revision));
        }
    }

    private Map<String, Instance> weighted() {
        if (vectors.isEmpty()) {
            return new HashMap<>(members);
        }
        Map<String, Double> weights = new HashMap<>();
        boolean fractions = false;
        for (Map.Entry<String, Instance> member : members.entrySet()) {
            double weight = member.getValue().weight();
            for (ServersetVector vector : vectors.values()) {
                weight *= vector.weightOf(member.getValue());
            }
            fractions |= weight != Math.rint(weight);
            weights.put(member.getKey(), weight);
        }
        int scale = fractions ? FRACTIONS : 1;
        Map<String, Instance> weighted = new HashMap<>();
        members.forEach((node, member) -> weighted.put(node, member.withWeight((int)
                Math.min(Instance.MAX_WEIGHT, Math.round(weights.getOrDefault(node, 1.0) * scale)))));
        return weighted;
    }
}
