package dev.rollcall.memory;

import dev.rollcall.spi.ConfigRange;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.ConfigValue;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The configuration that is in the store, with a count of changes of its own. Guarded by the store's lock. */
final class ConfigSpace {
    private final TreeMap<String, ConfigValue> values = new TreeMap<>();
    private long revision;

    /** What a range holds, as of a revision. */
    record Content(Map<String, ConfigValue> entries, long revision) {}

    /** Writes a key; {@link ConfigStore#conflict} if another revision than the expected one is there. */
    long write(String key, byte[] value, long expectedRevision) {
        require(key, expectedRevision);
        values.put(key, ConfigValue.of(value, ++revision));
        return revision;
    }

    /** Deletes a key; false if nothing was there. */
    boolean delete(String key, long expectedRevision) {
        require(key, expectedRevision);
        if (values.remove(key) == null) {
            return false;
        }
        revision++;
        return true;
    }

    Content read(ConfigRange range) {
        Map<String, ConfigValue> entries = new TreeMap<>();
        String from = range.isPrefix() && !range.path().isEmpty() ? range.path() + "/" : range.path();
        for (Map.Entry<String, ConfigValue> entry : values.tailMap(from).entrySet()) {
            if (!range.contains(entry.getKey())) {
                break;
            }
            entries.put(entry.getKey(), entry.getValue());
        }
        return new Content(entries, revision);
    }

    /** Loses everything and begins to count from the start. */
    void wipe() {
        values.clear();
        revision = 0;
    }

    private void require(String key, long expectedRevision) {
        @Nullable ConfigValue there = values.get(key);
        long found = there == null ? ConfigStore.ABSENT : there.revision();
        if (expectedRevision != ConfigStore.ANY_REVISION && expectedRevision != found) {
            throw ConfigStore.conflict(key, expectedRevision, found);
        }
    }
}
