package dev.rollcall;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an operator asks of one instance. Immutable. See {@link InstanceOverride} for what becomes of it.
 *
 * @param status {@link Status#DRAINING} or {@link Status#OUT_OF_SERVICE}; null to leave the status alone
 * @param weight 0 to {@value Instance#MAX_WEIGHT}; null to leave the weight alone
 * @param lasting how long, unless it is cleared before: 1 s to 30 days, by default 1 h
 * @param by who asks, for people to read: up to 255 characters; by default empty
 */
public record OverrideRequest(
        @Nullable Status status, @Nullable Integer weight, Duration lasting, String by) {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration USUAL = Duration.ofHours(1);

    public OverrideRequest {
        InstanceOverride.requireAsked(status, weight);
        requireNonNull(lasting, "lasting");
        if (lasting.compareTo(SHORTEST) < 0 || lasting.compareTo(InstanceOverride.LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "lasting: " + lasting + " (expected: 1 s to " + InstanceOverride.LONGEST.toDays() + " days)");
        }
        InstanceOverride.requireBy(by);
    }

    /** To take no new requests, and finish those it has: for 1 h. */
    public static OverrideRequest draining() {
        return new OverrideRequest(Status.DRAINING, null, USUAL, "");
    }

    /** Not to be chosen: for 1 h. */
    public static OverrideRequest outOfService() {
        return new OverrideRequest(Status.OUT_OF_SERVICE, null, USUAL, "");
    }

    /** Another weight than its owner says, 0 to 1,000,000: for 1 h. */
    public static OverrideRequest weight(int weight) {
        return new OverrideRequest(null, weight, USUAL, "");
    }

    /** The same with another weight as well. */
    public OverrideRequest withWeight(int weight) {
        return new OverrideRequest(status, weight, lasting, by);
    }

    /** The same for another time, 1 s to 30 days. */
    public OverrideRequest lasting(Duration lasting) {
        return new OverrideRequest(status, weight, lasting, by);
    }

    /** The same with a name to it. */
    public OverrideRequest by(String by) {
        return new OverrideRequest(status, weight, lasting, by);
    }
}
