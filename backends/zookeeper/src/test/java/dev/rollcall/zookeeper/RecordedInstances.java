package dev.rollcall.zookeeper;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import dev.rollcall.spi.Change;
import dev.rollcall.spi.InstanceSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A sink that remembers all it was told, and checks the contract's order. Thread-safe. */
final class RecordedInstances implements InstanceSink {
    private final List<String> history = new ArrayList<>();
    private final Map<String, Instance> known = new HashMap<>();
    private final Set<String> removals = new TreeSet<>();
    private final Set<String> undecodable = new TreeSet<>();
    private boolean fresh;
    private long revision = Long.MIN_VALUE;
    private int snapshots;
    private int puts;
    private StoreException cause;

    @Override
    public synchronized void snapshot(List<Instance> instances, long at) {
        Map<String, Instance> now = new HashMap<>();
        instances.forEach(instance -> now.put(instance.id(), instance));
        known.keySet().stream().filter(id -> !now.containsKey(id)).forEach(removals::add);
        known.clear();
        known.putAll(now);
        snapshots++;
        fresh = true;
        revision = at;
        history.add("snapshot " + new TreeSet<>(now.keySet()));
    }

    @Override
    public synchronized void changed(List<Change> changes, long at) {
        if (!fresh) {
            history.add("VIOLATION: change while not fresh");
        }
        if (at < revision) {
            history.add("VIOLATION: revision " + at + " after " + revision);
        }
        revision = at;
        for (Change change : changes) {
            if (change instanceof Change.Put put) {
                known.put(put.id(), put.instance());
                puts++;
                history.add("put " + put.id());
            } else if (change instanceof Change.Removed removed) {
                known.remove(removed.id());
                removals.add(removed.id());
                history.add((removed.onPurpose() ? "deleted " : "vanished ") + removed.id());
            }
        }
    }

    @Override
    public synchronized void interrupted(StoreException why) {
        fresh = false;
        cause = why;
        history.add("interrupted");
    }

    @Override
    public synchronized void resumed() {
        fresh = true;
        history.add("resumed");
    }

    @Override
    public synchronized void undecodable(String key, String reason) {
        undecodable.add(key + ": " + reason);
        history.add("undecodable " + key);
    }

    synchronized Set<String> ids() {
        return new TreeSet<>(known.keySet());
    }

    synchronized Instance instance(String id) {
        return known.get(id);
    }

    synchronized Set<String> removals() {
        return new TreeSet<>(removals);
    }

    synchronized Set<String> undecodable() {
        return new TreeSet<>(undecodable);
    }

    synchronized boolean isFresh() {
        return fresh;
    }

    synchronized StoreException cause() {
        return cause;
    }

    synchronized int snapshots() {
        return snapshots;
    }

    synchronized int puts() {
        return puts;
    }

    synchronized long revision() {
        return revision;
    }

    synchronized List<String> history() {
        return List.copyOf(history);
    }
}
