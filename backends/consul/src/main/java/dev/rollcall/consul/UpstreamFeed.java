package dev.rollcall.consul;

import dev.rollcall.Instance;
import dev.rollcall.spi.Change;
import dev.rollcall.spi.ConfigValue;
import dev.rollcall.spi.InstanceSink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One upstream of APISIX's as its watcher sees it. Keys with further slashes are another upstream's. What is missing after an interruption may have vanished
 * with its session, so that is followed by a snapshot. On the serial thread, but for {@link #close}.
 */
final class UpstreamFeed extends KeyFeed {
    private final String service;
    private final String root;
    private final String folder;
    private final UpstreamJson reader;
    private final InstanceSink sink;
    private Map<String, Instance> told = Map.of();
    private long highest;
    private boolean heard;

    /**
     * A feed that has told nothing.
     *
     * @param service its name for Rollcall's users
     * @param root what the keys of all upstreams begin with, with its last slash
     * @param name what the upstream is called there
     */
    UpstreamFeed(
            String service, String root, String name, UpstreamJson reader, InstanceSink sink, Consumer<Feed> onClose) {
        super(sink::interrupted, onClose);
        this.service = service;
        this.root = root;
        folder = name + "/";
        this.reader = reader;
        this.sink = sink;
    }

    @Override
    boolean covers(String key) {
        return key.startsWith(folder);
    }

    @Override
    Call question() {
        return Call.get("/v1/kv/" + Call.path(root + folder), "recurse");
    }

    @Override
    @Nullable
    Call permission() {
        return Call.get(question().path(), "");
    }

    @Override
    public void read(Answer answer, long index, boolean afresh, boolean replaced) throws IOException {
        Map<String, Instance> now = new HashMap<>();
        Map<String, Long> writtenAt = new HashMap<>();
        Map<String, String> undecodable = new TreeMap<>();
        for (Map.Entry<String, ConfigValue> entry :
                KvEntries.of(answer, root + folder).entrySet()) {
            if (entry.getKey().indexOf('/') >= 0) {
                continue;
            }
            try {
                Instance instance =
                        reader.read(service, entry.getKey(), entry.getValue().bytes());
                long revision = entry.getValue().revision();
                if (writtenAt.merge(instance.id(), revision, Math::max) == revision) {
                    Instance known = told.get(instance.id());
                    now.put(instance.id(), instance.equals(known) ? known : instance);
                }
            } catch (IllegalArgumentException e) {
                undecodable.put(root + folder + entry.getKey(), String.valueOf(e.getMessage()));
            }
        }
        Map<String, Instance> before = told;
        told = now;
        // an index goes back for good also when Consul forgets a deletion, which is no news
        boolean older = replaced && !now.equals(before);
        highest = older ? index : Math.max(highest, index);
        if (afresh || older || !heard) {
            heard = true;
            tell(() -> sink.snapshot(List.copyOf(now.values()), highest));
        } else {
            List<Change> changes = changes(before, now);
            if (!changes.isEmpty()) {
                tell(() -> sink.changed(changes, highest));
            }
        }
        undecodable.forEach((key, reason) -> tell(() -> sink.undecodable(key, reason)));
    }

    private void tell(Runnable report) {
        if (!isClosed()) {
            report.run();
        }
    }

    /** Nothing shows whether a key was deleted or went with its session. */
    private static List<Change> changes(Map<String, Instance> before, Map<String, Instance> now) {
        List<Change> changes = new ArrayList<>();
        now.forEach((id, instance) -> {
            if (!instance.equals(before.get(id))) {
                changes.add(new Change.Put(instance));
            }
        });
        before.keySet().stream()
                .filter(id -> !now.containsKey(id))
                .forEach(id -> changes.add(new Change.Removed(id, false)));
        return changes;
    }

    @Override
    public String toString() {
        return root + folder;
    }
}
