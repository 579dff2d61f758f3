package dev.rollcall.balance;

import dev.rollcall.Instance;
import dev.rollcall.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Notes who was left out and why while a picker is made, for explanations only. Used by one thread. */
final class Trace {
    private final Map<String, String> exclusions = new HashMap<>();
    private final Set<String> considered = new HashSet<>();
    private final List<String> notes = new ArrayList<>();

    void note(String text) {
        notes.add(text);
    }

    List<String> notes() {
        return notes;
    }

    void exclude(Node node, String reason) {
        exclusions.putIfAbsent(node.instance().id(), reason);
    }

    void consider(Node[] nodes) {
        for (Node node : nodes) {
            considered.add(node.instance().id());
        }
    }

    boolean isConsidered(Node node) {
        return considered.contains(node.instance().id());
    }

    /** Why a node that is not considered is out. */
    String reason(Node node) {
        Instance instance = node.instance();
        if (instance.status() != Status.UP) {
            return instance.status().name();
        }
        String noted = exclusions.get(instance.id());
        if (noted != null) {
            return noted;
        }
        return instance.weight() == 0 ? "weight 0 while others have some" : "not asked for";
    }

    /**
     * How many are known, and how many are out for each reason: {@code 3 known, of which 2 DRAINING, 1 OUT_OF_SERVICE}.
     */
    String summary(Node[] nodes) {
        if (nodes.length == 0) {
            return "none is known";
        }
        Map<String, Integer> counts = new TreeMap<>();
        for (Node node : nodes) {
            counts.merge(isConsidered(node) ? "not chosen by the balancer" : reason(node), 1, Integer::sum);
        }
        StringBuilder text = new StringBuilder().append(nodes.length).append(" known, of which ");
        String separator = "";
        for (Map.Entry<String, Integer> count : counts.entrySet()) {
            text.append(separator).append(count.getValue()).append(' ').append(count.getKey());
            separator = ", ";
        }
        return text.toString();
    }
}
