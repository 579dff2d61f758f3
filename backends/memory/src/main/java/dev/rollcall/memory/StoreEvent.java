package dev.rollcall.memory;

/**
 * One change of a {@link MemoryStore}. Immutable.
 *
 * @param kind what happened
 * @param entry what was written, or what was there before it went
 * @param revision the store's revision with this change; each has its own
 * @param nanoTime when it happened, on the store's clock; comparable by difference only
 */
public record StoreEvent(Kind kind, StoreEntry entry, long revision, long nanoTime) {

    /** What can happen to an entry. */
    public enum Kind {
        /** It was added or replaced. */
        PUT,
        /** Its owner removed it. */
        REMOVED,
        /** Somebody else deleted it. */
        DELETED,
        /** The lease that kept it ended. */
        EXPIRED,
        /** The store lost all that it had. */
        WIPED
    }
}
