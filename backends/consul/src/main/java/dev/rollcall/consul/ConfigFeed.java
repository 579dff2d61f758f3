package dev.rollcall.consul;

import dev.rollcall.StoreException;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.ConfigRange;
import dev.rollcall.spi.ConfigSink;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.ConfigValue;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A range of the configuration as its watcher sees it. On the serial thread, but for {@link #close}. */
final class ConfigFeed implements BlockingQuery.Reader, Backend.Watch {
    private final ConfigRange range;
    private final String root;
    private final ConfigSink sink;
    private final Consumer<ConfigFeed> onClose;
    private @Nullable Map<String, ConfigValue> told;
    private long highest;
    private volatile boolean closed;

    /** @param root what keys begin with in Consul */
    ConfigFeed(ConfigRange range, String root, ConfigSink sink, Consumer<ConfigFeed> onClose) {
        this.range = range;
        this.root = root;
        this.sink = sink;
        this.onClose = onClose;
    }

    boolean isClosed() {
        return closed;
    }

    /** The question whose answers this feed reads. */
    Call question() {
        String folder = range.path().isEmpty() ? root : root + range.path() + "/";
        return range.isPrefix()
                ? Call.get("/v1/kv/" + Call.path(folder), "recurse")
                : Call.get("/v1/kv/" + Call.path(root + range.path()), "");
    }

    /** Asked before nothing is believed to be below a prefix: Consul leaves out what a token may not read. Null for a key, which it refuses by itself. */
    @Nullable
    Call permission() {
        return range.isPrefix() ? Call.get(question().path(), "") : null;
    }

    /** Consul has no list that is empty. */
    @Override
    public boolean isAbsence(Answer answer) {
        return answer.status() == 404;
    }

    @Override
    public void read(Answer answer, long index, boolean afresh, boolean replaced) throws IOException {
        Map<String, ConfigValue> now = KvEntries.of(answer, root);
        now.keySet().removeIf(key -> !range.contains(key));
        boolean same = now.equals(told);
        // an index goes back for good also when Consul forgets a deletion, which is no news
        highest = replaced && !same ? index : Math.max(highest, index);
        if (closed) {
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

    @Override
    public void interrupted(StoreException cause) {
        if (!closed) {
            sink.interrupted(cause);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            onClose.accept(this);
        }
    }
}
