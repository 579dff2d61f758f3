package dev.rollcall.spi;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import java.util.List;

/**
 * Where a backend reports a service's instances. Calls are serial. The first report of the store's content is a {@link #snapshot}. After
 * {@link #interrupted}, either {@link #snapshot}, or, where the store can tell everything that happened in the meantime, that as {@link #changed} and then
 * {@link #resumed}.
 *
 * <p>Nothing may be missing: what changes after the list that a snapshot is made of must be reported, however the two requests are
 * timed. Nothing may run backwards: no report may be older than one before it, unless the store itself was replaced by an older or empty
 * one; then a snapshot says what it holds now.
 */
public interface InstanceSink {

    /**
     * All instances of the service, in any order, no two with the same id.
     *
     * @param revision the store's counter at the time of the list, or the highest that is in the list
     */
    void snapshot(List<Instance> instances, long revision);

    /**
     * What changed since the last report, in the order in which it happened.
     *
     * @param revision the store's counter at the last of the changes
     */
    void changed(List<Change> changes, long revision);

    /** The store can't be heard at present: what was reported may be out of date from now on. May be repeated with a newer cause. */
    void interrupted(StoreException cause);

    /** The store is heard again and everything that happened meanwhile has been reported. */
    void resumed();

    /**
     * An entry that is not an instance was found; it is skipped. If it has replaced one that was, {@link #changed} says that that is gone.
     *
     * @param key the entry's full key or path
     * @param reason what is wrong with it
     */
    void undecodable(String key, String reason);
}
