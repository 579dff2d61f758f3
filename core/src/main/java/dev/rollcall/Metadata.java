package dev.rollcall;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map of few entries in one array, keys in ascending order: {@code key, value, key, value…}.
 *
 * <p>Design note: a client may know a million instances, and with {@code Map.copyOf} the map is the largest part of
 * each. Here three entries cost 56 bytes beside the strings, and those are shared by whoever decodes
 * ({@link dev.rollcall.spi.Interner}).
 */
final class Metadata extends AbstractMap<String, String> {
    static final Metadata EMPTY = new Metadata(new String[0]);

    private final String[] keysAndValues;

    private Metadata(String[] keysAndValues) {
        this.keysAndValues = keysAndValues;
    }

    /** @throws NullPointerException if a key or a value is null */
    static Metadata copyOf(Map<String, String> map) {
        if (map instanceof Metadata metadata) {
            return metadata;
        }
        if (map.isEmpty()) {
            return EMPTY;
        }
        @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of a generic type can't be made otherwise
        Map.Entry<String, String>[] entries = map.entrySet().toArray(new Map.Entry[0]);
        Arrays.sort(entries, Comparator.comparing(Map.Entry::getKey));
        String[] flat = new String[entries.length * 2];
        for (int i = 0; i < entries.length; i++) {
            flat[2 * i] = entries[i].getKey();
            String value = entries[i].getValue();
            if (value == null) {
                throw new NullPointerException("metadata[" + entries[i].getKey() + "]");
            }
            flat[2 * i + 1] = value;
        }
        return new Metadata(flat);
    }

    @Override
    public int size() {
        return keysAndValues.length / 2;
    }

    @Override
    public @Nullable String get(@Nullable Object key) {
        int index = indexOf(key);
        return index < 0 ? null : keysAndValues[index + 1];
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return indexOf(key) >= 0;
    }

    private int indexOf(@Nullable Object key) {
        for (int i = 0; i < keysAndValues.length; i += 2) {
            if (keysAndValues[i].equals(key)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Metadata that ? Arrays.equals(keysAndValues, that.keysAndValues) : super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return Metadata.this.size();
            }

            @Override
            public Iterator<Entry<String, String>> iterator() {
                return new Iterator<>() {
                    private int next;

                    @Override
                    public boolean hasNext() {
                        return next < keysAndValues.length;
                    }

                    @Override
                    public Entry<String, String> next() {
                        if (!hasNext()) {
                            throw new NoSuchElementException();
                        }
                        Entry<String, String> entry = Map.entry(keysAndValues[next], keysAndValues[next + 1]);
                        next += 2;
                        return entry;
                    }
                };
            }
        };
    }
}
