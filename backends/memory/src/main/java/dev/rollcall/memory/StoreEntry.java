package dev.rollcall.memory;

import dev.rollcall.Instance;
import java.util.Optional;

/**
 * One entry of a {@link MemoryStore} as it stands there. Immutable.
 *
 * @param service the service that it is under
 * @param id the instance that it is, or would be
 * @param instance what was written; empty for garbage
 * @param writer the client that wrote it, as {@code name#number}; empty if it was no client
 * @param lease the number of the lease that keeps it there; 0 if nothing does and it stays
 * @param revision the store's revision when it was written
 */
public record StoreEntry(
        String service, String id, Optional<Instance> instance, String writer, long lease, long revision) {

    /** {@code service/id}. */
    public String key() {
        return service + '/' + id;
    }
}
