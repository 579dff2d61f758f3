package dev.rollcall.balance;

import dev.rollcall.Instance;
import dev.rollcall.Snapshot;
import dev.rollcall.Status;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * All instances of one snapshot, in the order of their ids, each with the statistics it had in the one before.
 * Immutable.
 */
final class Roster {
    private final Snapshot snapshot;
    private final Node[] nodes;

    private Roster(Snapshot snapshot, Node[] nodes) {
        this.snapshot = snapshot;
        this.nodes = nodes;
    }

    static Roster first(Snapshot snapshot, Meter meter) {
        return new Roster(Snapshot.of(snapshot.service(), List.of(), Set.of()), new Node[0]).next(snapshot, meter);
    }

    /** The roster of a later snapshot: statistics go over by id. Takes time linear in both, as both are sorted. */
    Roster next(Snapshot later, Meter meter) {
        List<Instance> instances = later.instances();
        Set<String> held = later.held();
        boolean first = nodes.length == 0;
        long now = meter.tracking() ? meter.now() : 0;
        Node[] next = new Node[instances.size()];
        int old = 0;
        for (int i = 0; i < next.length; i++) {
            Instance instance = instances.get(i);
            int order = -1;
            while (old < nodes.length && (order = nodes[old].instance().id().compareTo(instance.id())) < 0) {
                old++;
            }
            boolean known = old < nodes.length && order == 0;
            boolean isHeld = !held.isEmpty() && held.contains(instance.id());
            next[i] = known ? updated(nodes[old], instance, isHeld, now) : added(instance, isHeld, first, meter, now);
        }
        return new Roster(later, next);
    }

    private static Node updated(Node node, Instance instance, boolean held, long now) {
        if (node.held() == held && node.instance().equals(instance)) {
            return node;
        }
        Tracker tracker = node.tracker();
        if (tracker != Tracker.NONE && node.instance().status() != Status.UP && instance.status() == Status.UP) {
            tracker.cameUp(now);
        }
        return Node.of(instance, held, tracker);
    }

    private static Node added(Instance instance, boolean held, boolean first, Meter meter, long now) {
        Tracker tracker = meter.newTracker();
        if (tracker != Tracker.NONE && !first) {
            tracker.cameUp(now);
        }
        return Node.of(instance, held, tracker);
    }

    /** Those whose ids are not among the given ones. */
    static Node[] without(Node[] nodes, Set<String> ids) {
        return Arrays.stream(nodes)
                .filter(node -> !ids.contains(node.instance().id()))
                .toArray(Node[]::new);
    }

    Snapshot snapshot() {
        return snapshot;
    }

    /** Not to be changed. */
    Node[] nodes() {
        return nodes;
    }
}
