package dev.rollcall.spi;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One service as several layouts have it, reported as one: the union of their instances, each with its {@link Origin}. Where two have
 * the same id, the earlier layout's instance is seen, and the other's shows when that goes.
 *
 * <p>There is no snapshot before every layout has given one. Interrupted is the whole as long as one of them is; what the others go on telling
 * is passed on all the same, and when all are back comes a snapshot. The revision is the highest that any of them has told. Safe for
 * use by many threads.
 */
public final class MergedInstances {
    private final InstanceSink sink;
    private final Merge merge;
    private final List<Source> sources = new ArrayList<>();

    private MergedInstances(InstanceSink sink) {
        this.sink = sink;
        this.merge = new Merge(this::snapshot, sink::interrupted);
    }

    /**
     * Follows a service in all these layouts. One alone is followed as it is: nothing is added, and nothing remembered.
     *
     * @param layouts the one that is written first, at least one
     */
    public static Backend.Watch watch(List<LayoutSource<InstanceSink>> layouts, InstanceSink sink) {
        if (layouts.size() == 1) {
            return layouts.get(0).watch().apply(sink);
        }
        MergedInstances merged = new MergedInstances(sink);
        layouts.forEach(layout -> merged.sources.add(merged.new Source(layout.layout())));
        for (int i = 0; i < layouts.size(); i++) {
            merged.merge.follow(layouts.get(i), merged.sources.get(i));
        }
        return merged.merge;
    }

    private void snapshot() {
        Map<String, Instance> union = new HashMap<>();
        for (Source source : sources) {
            source.known.forEach(union::putIfAbsent);
        }
        sink.snapshot(List.copyOf(union.values()), merge.revision());
    }

    /** One layout. Its calls may come from any thread; the state is touched inside {@link Merge#run} alone. */
    private final class Source implements InstanceSink {
        private final String layout;
        private final Merge.Part part = merge.part();
        private Map<String, Instance> known = new HashMap<>();

        Source(String layout) {
            this.layout = layout;
        }

        @Override
        public void snapshot(List<Instance> instances, long revision) {
            merge.run(() -> {
                Map<String, Instance> before = known;
                known = new HashMap<>();
                instances.forEach(instance -> known.put(instance.id(), Origin.marked(instance, layout)));
                if (!part.listed(revision)) {
                    tell(difference(before));
                }
            });
        }

        @Override
        public void changed(List<Change> changes, long revision) {
            merge.run(() -> {
                List<Change> seen = new ArrayList<>(changes.size());
                for (Change change : changes) {
                    Instance before = shown(change.id(), known);
                    if (change instanceof Change.Put put) {
                        known.put(put.id(), Origin.marked(put.instance(), layout));
                    } else {
                        known.remove(change.id());
                    }
                    compare(change.id(), before, seen, change);
                }
                part.changed(revision);
                tell(seen);
            });
        }

        /** What a new list changes, for those who get no snapshot yet because another layout isn't heard. */
        private List<Change> difference(Map<String, Instance> before) {
            Set<String> ids = new LinkedHashSet<>(before.keySet());
            ids.addAll(known.keySet());
            List<Change> changes = new ArrayList<>();
            ids.forEach(id -> compare(id, shown(id, before), changes, new Change.Removed(id, false)));
            return changes;
        }

        /** What is seen under an id, the first who has it being the one, if this layout has these instances. */
        private @Nullable Instance shown(String id, Map<String, Instance> here) {
            for (Source source : sources) {
                Instance instance = (source == this ? here : source.known).get(id);
                if (instance != null) {
                    return instance;
                }
            }
            return null;
        }

        private void compare(String id, @Nullable Instance before, List<Change> changes, Change ifGone) {
            Instance after = shown(id, known);
            if (after != null && !after.equals(before)) {
                changes.add(new Change.Put(after));
            } else if (after == null && before != null) {
                changes.add(ifGone);
            }
        }

        private void tell(List<Change> changes) {
            if (merge.isStarted() && !changes.isEmpty()) {
                sink.changed(List.copyOf(changes), merge.revision());
            }
        }

        @Override
        public void interrupted(StoreException cause) {
            merge.run(() -> part.interrupted(cause));
        }

        @Override
        public void resumed() {
            merge.run(part::resumed);
        }

        @Override
        public void undecodable(String key, String reason) {
            merge.run(() -> sink.undecodable(key, reason));
        }
    }
}
