package dev.rollcall.health;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a registration's health stands. Immutable.
 *
 * @param state the verdict
 * @param since when it came to that
 * @param streak how many of the latest results in a row were like the last one; 0 while there is none
 * @param last the latest result, null while there is none
 * @param lastAt when that was, null while there is none
 * @param stalledSince since when a check that is due has been waiting for a thread, once that is longer than {@code fall} intervals; null
 *     otherwise. The verdict stays as it is, and is as old as {@code lastAt}: other checks, which ignore their timeouts, hold all threads
 */
public record HealthReport(
        State state,
        Instant since,
        int streak,
        @Nullable ProbeResult last,
        @Nullable Instant lastAt,
        @Nullable Instant stalledSince) {

    /** The verdict on an instance. */
    public enum State {
        /** Not asked yet: out of service, as nobody knows that it can serve. */
        UNKNOWN,
        /** Can serve: has the status that its owner wants. */
        PASSING,
        /** Can't serve: out of service, unless its owner has taken it out anyway. */
        FAILING
    }

    public HealthReport {
        requireNonNull(state, "state");
        requireNonNull(since, "since");
    }

    /** Before the first result. */
    public static HealthReport unknown(Instant since) {
        return new HealthReport(State.UNKNOWN, since, 0, null, null, null);
    }

    /** The same while a check waits for a thread. */
    public HealthReport stalled(Instant since) {
        return new HealthReport(state, this.since, streak, last, lastAt, requireNonNull(since, "since"));
    }

    /** Whether consumers may choose the instance, as far as its health goes. */
    public boolean passing() {
        return state == State.PASSING;
    }
}
