package dev.rollcall.spi;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What a view would know, and whether the sink's contract was kept. */
final class Recorded implements InstanceSink {
    private final AtomicInteger inside = new AtomicInteger();
    final Map<String, Instance> known = new TreeMap<>();
    final List<String> log = new ArrayList<>();
    final List<String> violations = new ArrayList<>();

    @Nullable
    String interruption;

    boolean started;
    long revision;

    private void serially(Runnable task) {
        if (inside.incrementAndGet() != 1) {
            violations.add("two calls at once");
        }
        task.run();
        inside.decrementAndGet();
    }

    @Override
    public void snapshot(List<Instance> instances, long at) {
        serially(() -> {
            started = true;
            interruption = null;
            known.clear();
            for (Instance instance : instances) {
                if (known.put(instance.id(), instance) != null) {
                    violations.add("twice in a snapshot: " + instance.id());
                }
            }
            revision = at;
            log.add("snapshot " + known.keySet());
        });
    }

    @Override
    public void changed(List<Change> changes, long at) {
        serially(() -> {
            if (!started || changes.isEmpty() || at < revision) {
                violations.add("changed " + changes + " at " + at + ", after " + revision);
            }
            revision = at;
            for (Change change : changes) {
                if (change instanceof Change.Put put) {
                    known.put(put.id(), put.instance());
                } else if (known.remove(change.id()) == null) {
                    violations.add("removed what wasn't there: " + change.id());
                }
                log.add(change instanceof Change.Put ? "put " + change.id() : "removed " + change.id());
            }
        });
    }

    @Override
    public void interrupted(StoreException cause) {
        serially(() -> {
            interruption = cause.getMessage();
            log.add("interrupted " + cause.getMessage());
        });
    }

    @Override
    public void resumed() {
        serially(() -> violations.add("resumed instead of a snapshot"));
    }

    @Override
    public void undecodable(String key, String reason) {
        serially(() -> log.add("undecodable " + key + ": " + reason));
    }
}
