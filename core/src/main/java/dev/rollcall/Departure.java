package dev.rollcall;

import static java.util.Objects.requireNonNull;

/**
 * An instance that left a view, and what the store showed of why. Immutable.
 *
 * @param instance as it was last known; its status tells whether it was draining or out of service before
 * @param cause what is known of why
 */
public record Departure(Instance instance, Cause cause) {

    /** What can be known of why an instance left. */
    public enum Cause {
        /** Its owner took it out: the store shows the deletion as its owner's, or it was marked as draining first. */
        FAREWELL,
        /** It went without a word while the store was heard: its lease ended, as after a crash or a cut link, or somebody else deleted it. */
        VANISHED,
        /** It was gone when the store was heard again after an interruption; how it went was not seen. */
        UNSEEN
    }

    public Departure {
        requireNonNull(instance, "instance");
        requireNonNull(cause, "cause");
    }
}
