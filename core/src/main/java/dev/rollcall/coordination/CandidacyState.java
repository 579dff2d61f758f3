package dev.rollcall.coordination;

import static java.util.Objects.requireNonNull;

import dev.rollcall.StoreException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a candidate stands. Immutable.
 *
 * @param phase where it stands
 * @param token the fencing token while it leads, else 0
 * @param since when it came to stand there
 * @param cause why it isn't in the line or doesn't lead any more; null when nothing is wrong
 */
public record CandidacyState(
        Phase phase, long token, Instant since, @Nullable StoreException cause) {

    /** The stages of a candidate's life. */
    public enum Phase {
        /** In the line behind others, or on its way there; or a leader that can't confirm at present that it still is one. */
        WAITING,
        /** The leader. */
        LEADING,
        /** Closed: not a candidate any more. */
        CLOSED
    }

    public CandidacyState {
        requireNonNull(phase, "phase");
        requireNonNull(since, "since");
    }
}
