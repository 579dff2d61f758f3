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
    private final String service;
    private final ByteString prefix;
    private final InstanceReader reader;
    private final InstanceSink sink;
    private List<Instance> list = new ArrayList<>();
    private List<Undecodable> undecodable = new ArrayList<>();

    private record Undecodable(String key, String reason) {}

    InstanceFeed(Store store, String service, ByteString prefix, InstanceReader reader, InstanceSink sink) {
        super(store, prefix, false);
        this.service = service;
        this.prefix = prefix;
        this.reader = reader;
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
            String id = Keys.id(entry.getKey(), prefix);
            if (id == null) {
                skip(entry.getKey(), "the key has more parts than service and id, or is not UTF-8");
                continue;
            }
            try {
                list.add(reader.read(service, id, entry.getValue()));
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
            String id = Keys.id(key, prefix);
            if (event.getType() == Event.EventType.DELETE) {
                // etcd tells nobody whether a key was deleted or went with its lease
                if (id != null) {
                    changes.add(new Change.Removed(id, false));
                }
            } else if (id == null) {
                skip(key, "the key has more parts than service and id, or is not UTF-8");
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
            changes.add(new Change.Put(reader.read(service, id, entry.getValue())));
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
