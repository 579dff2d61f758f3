package dev.rollcall.spi;

import dev.rollcall.StoreException;
import java.util.Set;

/** Where a backend reports the names of services. Calls are serial; the same rules as for {@link InstanceSink}. */
public interface ServiceSink {

    /**
     * The names of all services that have at least one entry, when the watch begins, after an interruption, and whenever the set has
     * changed; several changes may come as one.
     *
     * @param names valid names; keys that don't name a service are left out
     * @param revision as for {@link InstanceSink#snapshot}
     */
    void services(Set<String> names, long revision);

    /** As {@link InstanceSink#interrupted}. */
    void interrupted(StoreException cause);

    /** As {@link InstanceSink#resumed}. */
    void resumed();
}
