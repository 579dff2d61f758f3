package dev.rollcall.etcd;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import dev.rollcall.spi.Change;
import dev.rollcall.spi.InstanceSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a view would know, and how it came to know it. Also holds the backend to the sink's contract: serial calls, a
 * snapshot first, revisions that never run backwards but with a snapshot.
 */
final class RecordedInstances implements InstanceSink {
    private final AtomicInteger inside = new AtomicInteger();
    private final Map<String, Instance> known = new TreeMap<>();
    private boolean fresh;
    private boolean started;
    private long revision;

    final List<String> violations = new CopyOnWriteArrayList<>();
    final List<StoreException> interruptions = new CopyOnWriteArrayList<>();
    final List<String> undecodable = new CopyOnWriteArrayList<>();
    final List<String> history = new CopyOnWriteArrayList<>();
    final List<String> log = new CopyOnWriteArrayList<>();
    final AtomicInteger snapshots = new AtomicInteger();
    final AtomicInteger resumptions = new AtomicInteger();
    final AtomicInteger removals = new AtomicInteger();
    final AtomicInteger puts = new AtomicInteger();

    private void serially(Runnable task) {
        if (inside.incrementAndGet() != 1) {
            violations.add("two calls at once");
        }
        synchronized (known) {
            task.run();
        }
        inside.decrementAndGet();
    }

    @Override
    public void snapshot(List<Instance> instances, long at) {
        serially(() -> {
            snapshots.incrementAndGet();
            started = true;
            fresh = true;
            known.clear();
            for (Instance instance : instances) {
                if (known.put(instance.id(), instance) != null) {
                    violations.add("twice in one snapshot: " + instance.id());
                }
            }
            revision = at;
            log.add("snapshot " + (instances.size() < 20 ? List.copyOf(known.keySet()) : instances.size()));
        });
    }

    @Override
    public void changed(List<Change> changes, long at) {
        serially(() -> {
            if (!started) {
                violations.add("a change before the snapshot");
            }
            if (at <= revision) {
                violations.add("revision " + at + " after " + revision);
            }
            revision = at;
            for (Change change : new ArrayList<>(changes)) {
                if (change instanceof Change.Put put) {
                    puts.incrementAndGet();
                    history.add(put.id() + " " + put.instance().status());
                    known.put(put.id(), put.instance());
                } else {
                    removals.incrementAndGet();
                    history.add(change.id() + " gone");
                    known.remove(change.id());
                }
            }
            log.add("changed "
                    + (changes.size() < 20 ? changes.stream().map(Change::id).toList() : changes.size()));
        });
    }

    @Override
    public void interrupted(StoreException cause) {
        serially(() -> {
            fresh = false;
            interruptions.add(cause);
            log.add("interrupted " + cause.getMessage());
        });
    }

    @Override
    public void resumed() {
        serially(() -> {
            if (!started) {
                violations.add("resumed before the snapshot");
            }
            fresh = true;
            resumptions.incrementAndGet();
            log.add("resumed");
        });
    }

    @Override
    public void undecodable(String key, String reason) {
        serially(() -> undecodable.add(key + ": " + reason));
    }

    Map<String, Instance> known() {
        synchronized (known) {
            return Map.copyOf(known);
        }
    }

    boolean isFresh() {
        synchronized (known) {
            return fresh;
        }
    }
}
