package dev.rollcall;

import java.util.ArrayList;
import java.util.List;

/**
 * The smallest difference between two snapshots of a service. Immutable. An instance that was replaced by another of the
 * same id counts as changed, not as removed and added.
 *
 * @param added in the order of their ids
 * @param removed as they were last known, in the order of their ids
 * @param changed before and after, in the order of their ids
 */
public record Changes(List<Instance> added, List<Instance> removed, List<Changed> changed) {

    /** One instance before and after. */
    public record Changed(Instance before, Instance after) {}

    public Changes {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
        changed = List.copyOf(changed);
    }

    /** Whether nothing changed. */
    public boolean isEmpty() {
        return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
    }

    static Changes between(Snapshot earlier, Snapshot later) {
        if (!earlier.service().equals(later.service())) {
            throw new IllegalArgumentException(
                    "snapshots of two services: " + earlier.service() + ", " + later.service());
        }
        List<Instance> before = earlier.instances();
        List<Instance> after = later.instances();
        List<Instance> added = new ArrayList<>();
        List<Instance> removed = new ArrayList<>();
        List<Changed> changed = new ArrayList<>();
        int b = 0;
        int a = 0;
        while (b < before.size() || a < after.size()) {
            int order = b == before.size()
                    ? 1
                    : a == after.size()
                            ? -1
                            : before.get(b).id().compareTo(after.get(a).id());
            if (order < 0) {
                removed.add(before.get(b++));
            } else if (order > 0) {
                added.add(after.get(a++));
            } else {
                Instance old = before.get(b++);
                Instance now = after.get(a++);
                if (!old.equals(now)) {
                    changed.add(new Changed(old, now));
                }
            }
        }
        return new Changes(added, removed, changed);
    }
}
