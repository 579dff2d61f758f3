package dev.rollcall.consul;

import dev.rollcall.Instance;
import dev.rollcall.spi.Change;
import dev.rollcall.spi.InstanceSink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One service as its watcher sees it: takes whole answers and tells what is new in them. On the serial thread, but for {@link #close}.
 *
 * <p>An entry that is dead ({@link CatalogEntry#isDead}) is not told. Where two nodes hold an entry of one instance, because it moved from one
 * agent to another, the living one that was written last counts.
 *
 * <p>Because the dead stay in the catalogue for a minute or more, what is missing from it was deregistered, also after an interruption; so that is
 * followed by what changed meanwhile, not by a snapshot, unless the store itself was replaced.
 */
final class InstanceFeed extends Feed {
    private final String service;
    private final String name;
    private final String bareName;
    private final InstanceReader reader;
    private final InstanceSink sink;
    private final Scope scope;

    private Map<String, Instance> told = new HashMap<>();
    private long highest;
    private boolean heard;

    private record Found(CatalogEntry entry, Instance instance) {}

    /**
     * A feed that has told nothing.
     *
     * @param service its name for Rollcall's users
     * @param prefix what its name in Consul begins with
     * @param bareName the rest of that name
     */
    InstanceFeed(
            String service,
            String prefix,
            String bareName,
            InstanceReader reader,
            Scope scope,
            InstanceSink sink,
            Consumer<Feed> onClose) {
        super(sink::interrupted, onClose);
        this.service = service;
        this.name = prefix + bareName;
        this.bareName = bareName;
        this.reader = reader;
        this.sink = sink;
        this.scope = scope;
    }

    /** What the service is called in Consul. */
    String name() {
        return name;
    }

    @Override
    Call question() {
        return Call.get("/v1/health/service/" + Call.part(name), scope.ofInstances());
    }

    /**
     * Before 1.13 Consul doesn't say that it left something out; this endpoint refuses. It asks the agent, and so knows nothing of another
     * datacenter's policies: null then.
     */
    @Override
    @Nullable
    Call permission() {
        return scope.datacenter().isPresent() ? null : Call.get("/v1/agent/health/service/name/" + Call.part(name), "");
    }

    @Override
    public void read(Answer answer, long index, boolean afresh, boolean replaced) throws IOException {
        List<CatalogEntry> entries = CatalogReader.healthOfService(answer.body());
        List<String[]> undecodable = new ArrayList<>();
        Map<String, Found> present = new HashMap<>();
        Set<String> remains = new HashSet<>();
        for (CatalogEntry entry : entries) {
            if (!entry.name.equals(name)) {
                continue; // Consul's own index ignores case
            }
            if (entry.isOwn()
                    && !entry.meta.getOrDefault(MetaKeys.SERVICE, bareName).equals(service)) {
                continue; // a layout calls several services so
            }
            try {
                Instance instance = reader.read(entry, service);
                remains.add(instance.id());
                if (!reader.isGone(entry)) {
                    present.merge(
                            instance.id(),
                            new Found(entry, instance),
                            (one, other) -> one.entry.modifyIndex >= other.entry.modifyIndex ? one : other);
                }
            } catch (IllegalArgumentException e) {
                undecodable.add(new String[] {entry.key(), String.valueOf(e.getMessage())});
            }
        }
        highest = replaced ? index : Math.max(highest, index);
        tell(present, remains, afresh, replaced || !heard);
        heard = true;
        for (String[] entry : undecodable) {
            if (!isClosed()) {
                sink.undecodable(name + " on " + entry[0], entry[1]);
            }
        }
    }

    private void tell(Map<String, Found> present, Set<String> remains, boolean afresh, boolean whole) {
        Map<String, Instance> before = told;
        Map<String, Instance> now = new HashMap<>(present.size() * 2);
        List<Change> changes = new ArrayList<>();
        present.forEach((id, found) -> {
            Instance known = before.get(id);
            boolean same = known != null && known.equals(found.instance);
            now.put(id, same ? known : found.instance);
            if (!same) {
                changes.add(new Change.Put(found.instance));
            }
        });
        before.keySet().forEach(id -> {
            if (!now.containsKey(id)) {
                // who died stays in the catalogue, critical, for a minute at least
                changes.add(new Change.Removed(id, !remains.contains(id)));
            }
        });
        told = now;
        if (isClosed()) {
            return;
        }
        if (whole) {
            sink.snapshot(List.copyOf(now.values()), highest);
            return;
        }
        if (!changes.isEmpty()) {
            sink.changed(changes, highest);
        }
        if (afresh && !isClosed()) {
            sink.resumed();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
