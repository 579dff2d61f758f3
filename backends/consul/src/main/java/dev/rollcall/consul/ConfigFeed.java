package dev.rollcall.consul;

import dev.rollcall.spi.ConfigRange;
import dev.rollcall.spi.ConfigSink;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.ConfigValue;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A range of the configuration as its watcher sees it. On the serial thread, but for {@link #close}. */
final class ConfigFeed extends KeyFeed {
    private final ConfigRange range;
    private final String root;
    private final ConfigSink sink;
    private @Nullable Map<String, ConfigValue> told;
    private long highest;

    /** @param root what keys begin with in Consul */
    ConfigFeed(ConfigRange range, String root, ConfigSink sink, Consumer<Feed> onClose) {
        super(sink::interrupted, onClose);
        this.range = range;
        this.root = root;
        this.sink = sink;
    }

    @Override
    boolean covers(String key) {
        return range.contains(key);
    }

    @Override
    Call question() {
        String folder = range.path().isEmpty() ? root : root + range.path() + "/";
        return range.isPrefix()
                ? Call.get("/v1/kv/" + Call.path(folder), "recurse")
                : Call.get("/v1/kv/" + Call.path(root + range.path()), "");
    }

    /** Null for a key, which is refused by itself. */
    @Override
    @Nullable
    Call permission() {
        return range.isPrefix() ? Call.get(question().path(), "") : null;
    }

    @Override
    boolean isConsistent() {
        return true;
    }

    @Override
    public void read(Answer answer, long index, boolean afresh, boolean replaced) throws IOException {
        Map<String, ConfigValue> now = KvEntries.of(answer, root);
        now.keySet().removeIf(key -> !range.contains(key));
        boolean same = now.equals(told);
        // an index goes back for good also when Consul forgets a deletion, which is no news
        highest = replaced && !same ? index : Math.max(highest, index);
        if (isClosed()) {
            return;
        }
        if (isTooMuch(now)) {
            told = null;
            sink.interrupted(ConfigStore.tooMuch(range));
        } else if (!same) {
            told = now;
            sink.entries(now, highest);
        } else if (afresh) {
            sink.resumed();
        }
    }

    private static boolean isTooMuch(Map<String, ConfigValue> entries) {
        return entries.size() > ConfigStore.MAX_ENTRIES
                || entries.values().stream()
                                .mapToLong(value -> value.bytes().length)
                                .sum()
                        > ConfigStore.MAX_BYTES;
    }
}
