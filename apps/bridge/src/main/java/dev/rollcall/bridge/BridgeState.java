package dev.rollcall.bridge;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Where a bridge stands at one moment. Immutable.
 *
 * @param role whether it writes
 * @param source how the source is heard
 * @param target how the target is heard, of the services that are mirrored to it
 * @param mirrored how many instances of the source are on the target, in their latest version
 * @param standby how many another bridge takes care of
 * @param pending how many instances are on their way to the target or off it
 * @param ignored how many instances of the source are mirrors themselves, and so not mirrored
 * @param failed how many the target refuses
 * @param yielded how many are kept from the target by one of the same id there
 * @param shadowed how many are kept from the target by one of the same id and name on the source
 * @param lag how long changes take from the bridge's hearing of them until the target has confirmed them
 * @param problems what is wrong with those that failed, yielded or are shadowed: the first 20
 */
public record BridgeState(
        Role role,
        SideState source,
        SideState target,
        int mirrored,
        int standby,
        int pending,
        int ignored,
        int failed,
        int yielded,
        int shadowed,
        Lag lag,
        List<Problem> problems) {

    /** What part a bridge takes among those of its name. */
    public enum Role {
        /** Not known yet: the target hasn't answered. */
        CANDIDATE,
        /** It writes. */
        LEADER,
        /** Another one writes; this one knows everything that it needs in order to take over. */
        STANDBY,
        /** Closed, or about to be. */
        CLOSED
    }

    public BridgeState {
        requireNonNull(role, "role");
        requireNonNull(source, "source");
        requireNonNull(target, "target");
        requireNonNull(lag, "lag");
        problems = List.copyOf(problems);
    }

    /**
     * Whether everything that is known of the source has been dealt with, and everything is known: each instance is on the
     * target, or it is said why not; for a standby, that it could take over now.
     */
    public boolean caughtUp() {
        return (role == Role.LEADER || role == Role.STANDBY) && source.known() && target.known() && pending == 0;
    }
}
