package dev.rollcall.zookeeper;

import dev.rollcall.Instance;
import dev.rollcall.spi.Change;
import dev.rollcall.spi.InstanceSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Nodes each of which is an instance by itself. Remembers none of them beyond the list that they are a part of. */
final class PlainMembers implements Members {
    private final String service;
    private final Layout layout;
    private final Gate gate;
    private final InstanceSink sink;
    private @Nullable Map<String, Instance> found;

    PlainMembers(String service, Layout layout, Gate gate, InstanceSink sink) {
        this.service = service;
        this.layout = layout;
        this.gate = gate;
        this.sink = sink;
    }

    @Override
    public void reset() {
        found = null;
    }

    @Override
    public void listing() {
        found = new HashMap<>();
    }

    @Override
    public void read(String node, Session.Node content, long revision) {
        layout.seen(service, node, content.stat());
        Instance instance;
        try {
            instance = layout.read(service, node, content.data());
        } catch (InstanceReader.MalformedException | IllegalArgumentException e) {
            unreadable(node, String.valueOf(e.getMessage()), revision);
            return;
        }
        if (found != null) {
            found.put(node, instance);
        } else {
            gate.call(() -> sink.changed(List.of(new Change.Put(instance)), revision));
        }
    }

    @Override
    public void unreadable(String node, String reason, long revision) {
        gate.call(() -> sink.undecodable(layout.service(service) + "/" + node, reason));
        gone(node, false, revision);
    }

    @Override
    public void gone(String node, boolean onPurpose, long revision) {
        if (found != null) {
            found.remove(node);
            return;
        }
        try {
            Change change = new Change.Removed(layout.id(node), onPurpose);
            gate.call(() -> sink.changed(List.of(change), revision));
        } catch (IllegalArgumentException e) {
            // what can have no id was never an instance
        }
    }

    @Override
    public void listed(long revision) {
        if (found != null) {
            List<Instance> all = new ArrayList<>(found.values());
            found = null;
            gate.call(() -> sink.snapshot(all, revision));
        }
    }
}
