package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.StoreException;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.spi.ConfigRange;
import dev.rollcall.spi.ConfigSink;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.ConfigValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is written in a range of the configuration. On the serial thread. */
final class ConfigFeed extends RangeFeed {
    private final ConfigRange range;
    private final ByteString rootPrefix;
    private final ConfigSink sink;
    private final Map<String, ConfigValue> entries = new HashMap<>();
    private long bytes;

    /** @param rootPrefix what all keys of the configuration begin with */
    ConfigFeed(Store store, ConfigRange range, ByteString rootPrefix, ConfigSink sink) {
        super(store, first(range, rootPrefix), end(range, rootPrefix), false);
        this.range = range;
        this.rootPrefix = rootPrefix;
        this.sink = sink;
    }

    private static ByteString first(ConfigRange range, ByteString rootPrefix) {
        boolean below = range.isPrefix() && !range.path().isEmpty();
        return rootPrefix.concat(ByteString.copyFromUtf8(below ? range.path() + "/" : range.path()));
    }

    private static ByteString end(ConfigRange range, ByteString rootPrefix) {
        ByteString first = first(range, rootPrefix);
        return range.isPrefix() ? Keys.end(first) : Keys.after(first);
    }

    /** A store that is wiped and filled by the same script has the same keys at the same revisions. */
    @Override
    boolean identifiesStore() {
        return false;
    }

    @Override
    void listing() {
        entries.clear();
        bytes = 0;
    }

    @Override
    void listed(List<KeyValue> page) {
        if (!isTooMuch()) {
            page.forEach(this::put);
        }
    }

    @Override
    void listedAll(long revision) {
        tell(revision);
    }

    @Override
    void changed(List<Event> events, long revision) {
        for (Event event : events) {
            if (event.getType() == Event.EventType.DELETE) {
                replace(Keys.textAfter(rootPrefix, event.getKv().getKey()), null);
            } else {
                put(event.getKv());
            }
        }
        tell(revision);
    }

    private void put(KeyValue entry) {
        replace(
                Keys.textAfter(rootPrefix, entry.getKey()),
                ConfigValue.of(entry.getValue().toByteArray(), entry.getModRevision()));
    }

    /** Keys that are not UTF-8 are nobody's. */
    private void replace(@Nullable String key, @Nullable ConfigValue value) {
        if (key == null) {
            return;
        }
        ConfigValue before = value == null ? entries.remove(key) : entries.put(key, value);
        bytes += (value == null ? 0 : value.bytes().length) - (before == null ? 0 : before.bytes().length);
    }

    private void tell(long revision) {
        if (isTooMuch()) {
            listing();
            giveUp(ConfigStore.tooMuch(range));
        } else if (!isClosed()) {
            sink.entries(Map.copyOf(entries), revision);
        }
    }

    private boolean isTooMuch() {
        return entries.size() > ConfigStore.MAX_ENTRIES || bytes > ConfigStore.MAX_BYTES;
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
