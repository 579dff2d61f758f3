package dev.rollcall.tck;

import dev.rollcall.Changes;
import dev.rollcall.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A listener that remembers the changes it was told and applies each to what it knew, as a user would: a change that doesn't fit
 * (added though there, removed though absent) is a fault of the view. Safe for use by many threads.
 */
public final class RecordedChanges implements Consumer<Changes> {
    private final List<Changes> recorded = new ArrayList<>();
    private final Map<String, Instance> instances = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();

    @Override
    public synchronized void accept(Changes changes) {
        recorded.add(changes);
        if (changes.isEmpty()) {
            faults.add("an empty change");
        }
        changes.added().forEach(added -> {
            if (instances.put(added.id(), added) != null) {
                faults.add("added though there: " + added);
            }
        });
        changes.removed().forEach(removed -> {
            if (!removed.equals(instances.remove(removed.id()))) {
                faults.add("removed though not there like that: " + removed);
            }
        });
        changes.changed().forEach(changed -> {
            if (!changed.before().equals(instances.put(changed.after().id(), changed.after()))) {
                faults.add("changed from what was not there: " + changed);
            }
        });
    }

    /** All changes so far, the oldest first. */
    public synchronized List<Changes> all() {
        return List.copyOf(recorded);
    }

    /** What is left when each change is applied in turn, in the order of the ids. */
    public synchronized List<Instance> instances() {
        return List.copyOf(instances.values());
    }

    /** The ids of all instances that were ever reported as removed, each as often as it was. */
    public synchronized List<String> removedIds() {
        return recorded.stream()
                .flatMap(changes -> changes.removed().stream())
                .map(Instance::id)
                .toList();
    }

    /** Changes that did not fit what was told before. */
    public synchronized List<String> faults() {
        return List.copyOf(faults);
    }

    /** Forgets the changes so far, but not what they led to. */
    public synchronized void forget() {
        recorded.clear();
    }
}
