package dev.rollcall.spi;

import dev.rollcall.Instance;
import java.util.HashMap;
import java.util.Map;

/**
 * In which layout an instance was found, where a service is read in more than one: an entry of its metadata. It is made by reading and
 * never stored, so whoever writes an instance that was read elsewhere takes it away first.
 */
public final class Origin {

    /** The key of that entry; the value is the layout's name. */
    public static final String KEY = "rollcall.layout";

    private Origin() {}

    /** The instance with its origin, unless it has one already; without, if its metadata is as large as metadata may be. */
    public static Instance marked(Instance instance, String layout) {
        if (instance.metadata().containsKey(KEY)) {
            return instance;
        }
        try {
            return instance.withMetadata(KEY, layout);
        } catch (IllegalArgumentException full) {
            return instance;
        }
    }

    /** The instance without an origin: what is to be stored. */
    public static Instance unmarked(Instance instance) {
        if (!instance.metadata().containsKey(KEY)) {
            return instance;
        }
        Map<String, String> metadata = new HashMap<>(instance.metadata());
        metadata.remove(KEY);
        return instance.withMetadata(metadata);
    }
}
