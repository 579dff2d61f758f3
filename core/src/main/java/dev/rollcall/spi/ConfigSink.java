package dev.rollcall.spi;

import dev.rollcall.StoreException;
import java.util.Map;

/** Where a backend reports configuration. Calls are serial; the same rules as for {@link InstanceSink}. */
public interface ConfigSink {

    /**
     * Everything in the range: when the watch begins, after an interruption, and whenever something has changed; several changes may come as one.
     *
     * @param all by key, without what stands before the range's own root; not modified afterwards. Keys that nobody could have written through
     *     Rollcall may be among them
     * @param revision the store's counter as of this report: no lower than any in it, and no lower than in the report before unless the store
     *     was replaced by an older or empty one
     */
    void entries(Map<String, ConfigValue> all, long revision);

    /** As {@link InstanceSink#interrupted}; also if the range holds more than {@link ConfigStore#MAX_ENTRIES} or {@link ConfigStore#MAX_BYTES}. */
    void interrupted(StoreException cause);

    /** As {@link InstanceSink#resumed}. */
    void resumed();
}
