package dev.rollcall;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * What a store, or the way to it, did to one operation. The message says what happened, to which key or address, and what
 * to do; it never shows a secret. Thrown only to callers who wait for something; a live view reports it as data
 * ({@link Reading.Stale#cause}).
 */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of failure, which decides what Rollcall does about it. */
    public enum Kind {
        /** The store can't be reached or has no leader: everything of this client waits and tries again, together. */
        UNAVAILABLE,
        /** No answer in time; whether the store carried the request out is unknown. Handled like {@link #UNAVAILABLE}. */
        TIMEOUT,
        /** The store refuses these credentials or this operation: tried again on its own, slowly, as grants change. */
        DENIED,
        /** The store refuses this request as it is (too large, malformed): tried again on its own, slowly. */
        REJECTED,
        /** The lease or session that kept an entry alive has ended. */
        LEASE_LOST,
        /** The entry was deleted by somebody else while its lease lived. */
        DELETED,
        /** Another live process holds an entry of this id. */
        DISPLACED,
        /** Nothing is written at a configuration key. */
        ABSENT,
        /** What is written at a configuration key can't be decoded, or is not valid. */
        UNDECODABLE,
        /** A configuration key is not at the revision that the writer expected: somebody else has changed it. Nothing was written. */
        CONFLICT,
        /** The client was closed. */
        CLOSED
    }

    private final Kind kind;

    public StoreException(Kind kind, String message, @Nullable Throwable cause) {
        super(requireNonNull(message, "message"), cause);
        this.kind = requireNonNull(kind, "kind");
    }

    public StoreException(Kind kind, String message) {
        this(kind, message, null);
    }

    public Kind kind() {
        return kind;
    }

    /** Whether the trouble lies with the store as a whole rather than with one entry. */
    public boolean concernsWholeStore() {
        return kind == Kind.UNAVAILABLE || kind == Kind.TIMEOUT;
    }
}
