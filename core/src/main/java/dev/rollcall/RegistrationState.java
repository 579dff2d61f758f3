package dev.rollcall;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a registration stands. Immutable.
 *
 * @param phase where it stands
 * @param since when it came to stand there
 * @param cause why it isn't registered, or why its latest update isn't stored yet; null when nothing is wrong
 */
public record RegistrationState(
        Phase phase, Instant since, @Nullable StoreException cause) {

    /** The stages of a registration's life. */
    public enum Phase {
        /** Not in the store yet, or lost and on its way back: tried again for ever, with jittered backoff. */
        REGISTERING,
        /** In the store under a live lease. The latest update may still be on its way. */
        REGISTERED,
        /** Another live process has registered the same id; ours goes back when that one leaves. One of the two is a mistake. */
        DISPLACED,
        /** Marked as draining, about to be removed. */
        DRAINING,
        /** Closed. */
        CLOSED
    }

    public RegistrationState {
        requireNonNull(phase, "phase");
        requireNonNull(since, "since");
    }
}
