package dev.rollcall.etcd;

import dev.rollcall.StoreException;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.spi.ServiceSink;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of all services, each with the number of its entries: a name goes with the last of them. On the serial
 * thread.
 */
final class ServiceFeed extends RangeFeed {
    private final Layout layout;
    private final ServiceSink sink;
    private final Map<String, Integer> counts = new HashMap<>();

    ServiceFeed(Store store, Layout layout, ServiceSink sink) {
        super(store, layout.prefix(), true);
        this.layout = layout;
        this.sink = sink;
    }

    @Override
    void listing() {
        counts.clear();
    }

    @Override
    void listed(List<KeyValue> entries) {
        entries.forEach(entry -> count(layout.service(entry.getKey()), 1));
    }

    @Override
    void listedAll(long revision) {
        sink.services(Set.copyOf(counts.keySet()), revision);
    }

    @Override
    void changed(List<Event> events, long revision) {
        boolean changed = false;
        for (Event event : events) {
            boolean deleted = event.getType() == Event.EventType.DELETE;
            if (deleted || event.getKv().getVersion() == 1) {
                changed |= count(layout.service(event.getKv().getKey()), deleted ? -1 : 1);
            }
        }
        if (changed) {
            sink.services(Set.copyOf(counts.keySet()), revision);
        }
    }

    /** Counts an entry in or out; true if that changed the set of names. */
    private boolean count(@Nullable String service, int difference) {
        if (service == null) {
            return false;
        }
        int before = counts.getOrDefault(service, 0);
        int after = before + difference;
        if (after > 0) {
            counts.put(service, after);
        } else {
            counts.remove(service);
        }
        return before <= 0 != after <= 0;
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
