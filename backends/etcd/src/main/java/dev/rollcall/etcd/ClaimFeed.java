package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.StoreException;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.spi.ClaimHolder;
import dev.rollcall.spi.ClaimSink;
import dev.rollcall.spi.ClaimStore;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who is the first in a line: whose key was created first. On the serial thread. */
final class ClaimFeed extends RangeFeed {
    private final ClaimSink sink;
    private final Map<ByteString, ClaimHolder> line = new HashMap<>();

    ClaimFeed(Store store, ByteString prefix, ClaimSink sink) {
        super(store, prefix, false);
        this.sink = sink;
    }

    @Override
    void listing() {
        line.clear();
    }

    @Override
    void listed(List<KeyValue> page) {
        page.forEach(this::put);
    }

    @Override
    void listedAll(long revision) {
        tell(revision);
    }

    @Override
    void changed(List<Event> events, long revision) {
        for (Event event : events) {
            if (event.getType() == Event.EventType.DELETE) {
                line.remove(event.getKv().getKey());
            } else {
                put(event.getKv());
            }
        }
        tell(revision);
    }

    /** Others may stand in the line with whatever they like. */
    private void put(KeyValue entry) {
        ByteString data =
                entry.getValue().substring(0, Math.min(entry.getValue().size(), ClaimStore.MAX_DATA_BYTES));
        line.put(entry.getKey(), new ClaimHolder(data.toStringUtf8(), entry.getCreateRevision()));
    }

    private void tell(long revision) {
        if (!isClosed()) {
            Optional<ClaimHolder> first = line.values().stream().min(Comparator.comparingLong(ClaimHolder::token));
            sink.holder(first, revision);
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
