package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.spi.Change;
import dev.rollcall.spi.InstanceSink;
import java.util.ArrayList;
import java.util.List;

/** The instances of one service. Remembers none of them: what is known is the core's. On the serial thread. */
final class InstanceFeed extends RangeFeed {
    private static final String MALFORMED_KEY = "the key has more parts than the layout's keys have, or is not UTF-8";

    private final String service;
    private final ByteString prefix;
    private final Layout layout;
    private final InstanceSink sink;
    private List<Instance> list = new ArrayList<>();
    private List<Undecodable> undecodable = new ArrayList<>();

    private record Undecodable(String key, String reason) {}

    InstanceFeed(Store store, String service, Layout layout, InstanceSink sink) {
        super(store, layout.servicePrefix(service), false);
        this.service = service;
        this.prefix = key();
        this.layout = layout;
        this.sink = sink;
    }

    @Override
    void listing() {
        list = new ArrayList<>();
        undecodable = new ArrayList<>();
    }

    @Override
    void listed(List<KeyValue> entries) {
        for (KeyValue entry : entries) {
            String id = layout.id(entry.getKey(), prefix);
            if (id == null) {
                skip(entry.getKey(), MALFORMED_KEY);
                continue;
            }
            try {
                list.add(layout.read(service, id, entry.getKey(), entry.getValue()));
            } catch (IllegalArgumentException e) {
                skip(entry.getKey(), String.valueOf(e.getMessage()));
            }
        }
    }

    @Override
    void listedAll(long revision) {
        List<Instance> all = list;
        list = new ArrayList<>();
        sink.snapshot(all, revision);
        tellUndecodable();
    }

    @Override
    void changed(List<Event> events, long revision) {
        List<Change> changes = new ArrayList<>(events.size());
        for (Event event : events) {
            ByteString key = event.getKv().getKey();
            String id = layout.id(key, prefix);
            if (event.getType() == Event.EventType.DELETE) {
                // etcd tells nobody whether a key was deleted or went with its lease
                if (id != null) {
                    changes.add(new Change.Removed(id, false));
                }
            } else if (id == null) {
                skip(key, MALFORMED_KEY);
            } else {
                add(changes, id, event.getKv());
            }
        }
        // decoding takes a while: it may have been closed meanwhile
        if (!changes.isEmpty() && !isClosed()) {
            sink.changed(changes, revision);
        }
        tellUndecodable();
    }

    private void add(List<Change> changes, String id, KeyValue entry) {
        try {
            changes.add(new Change.Put(layout.read(service, id, entry.getKey(), entry.getValue())));
        } catch (IllegalArgumentException e) {
            if (entry.getVersion() > 1) {
                changes.add(new Change.Removed(id, false));
            }
            skip(entry.getKey(), String.valueOf(e.getMessage()));
        }
    }

    private void skip(ByteString key, String reason) {
        undecodable.add(new Undecodable(Keys.shown(key), reason));
    }

    private void tellUndecodable() {
        List<Undecodable> all = undecodable;
        undecodable = new ArrayList<>();
        for (Undecodable entry : all) {
            if (isClosed()) {
                return;
            }
            sink.undecodable(entry.key, entry.reason);
        }
    }

    @Override
    void tellInterrupted(StoreException cause) {
        sink.interrupted(cause);
    }

    @Override
    void tellResumed() {
        sink.resumed();
    }
}
