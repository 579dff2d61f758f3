package dev.rollcall.console;

import dev.rollcall.Reading;
import dev.rollcall.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * How current what is shown is. Immutable.
 *
 * @param sinceMillis since when it is not fresh, in milliseconds since 1970; 0 while it is
 * @param why what stands in the way; empty while nothing is known to
 */
record Freshness(State state, long sinceMillis, String why) {
    static final Freshness FRESH = new Freshness(State.FRESH, 0, "");

    /** Named as in JSON, in lower case. */
    enum State {
        PENDING,
        FRESH,
        STALE
    }

    static Freshness of(Reading<?> reading) {
        if (reading instanceof Reading.Stale<?> stale) {
            return new Freshness(State.STALE, stale.since().toEpochMilli(), why(stale.cause()));
        }
        if (reading instanceof Reading.Pending<?> pending) {
            return new Freshness(State.PENDING, pending.since().toEpochMilli(), why(pending.cause()));
        }
        return FRESH;
    }

    private static String why(@Nullable StoreException cause) {
        return cause == null ? "" : String.valueOf(cause.getMessage());
    }
}
