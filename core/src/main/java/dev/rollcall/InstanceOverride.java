package dev.rollcall;

import static java.util.Objects.requireNonNull;

import dev.rollcall.internal.Text;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an operator has asked of one instance, on top of what its owner says: not to be chosen, or another weight. Immutable.
 *
 * @param status {@link Status#DRAINING} or {@link Status#OUT_OF_SERVICE}, which stands in for the owner's UP; null to leave the status alone
 * @param weight stands in for the owner's weight, 0 to {@value Instance#MAX_WEIGHT}; null to leave the weight alone
 * @param since when it was asked, by the clock of whoever asked
 * @param until when it ends by itself, by the owner's clock: up to 30 days after {@code since}
 * @param by who asked, for people to read: up to 255 characters
 */
public record InstanceOverride(
        @Nullable Status status, @Nullable Integer weight, Instant since, Instant until, String by) {

    /** The longest that one lasts. */
    public static final Duration LONGEST = Duration.ofDays(30);

    private static final int MAX_BY_CHARS = 255;
    private static final Duration CLOCKS_APART = Duration.ofDays(1);

    public InstanceOverride {
        requireAsked(status, weight);
        requireNonNull(since, "since");
        requireNonNull(until, "until");
        if (until.isBefore(since) || until.isAfter(since.plus(LONGEST))) {
            throw new IllegalArgumentException("until: " + until + " (expected: within " + LONGEST.toDays()
                    + " days after since, which is " + since + ")");
        }
        requireBy(by);
    }

    /**
     * Whether it holds at a time: it isn't over, nor does it end later than one that was just asked could. The second is for entries that
     * tools of others have written with a time far from now.
     */
    public boolean isInForce(Instant now) {
        return now.isBefore(until) && !until.isAfter(now.plus(LONGEST).plus(CLOCKS_APART));
    }

    /**
     * The instance as its owner publishes it under this override. An owner that says itself that it drains or is out of service keeps that
     * status.
     */
    public Instance applyTo(Instance instance) {
        Instance weighed = weight == null ? instance : instance.withWeight(weight);
        return status == null || instance.status() != Status.UP ? weighed : weighed.withStatus(status);
    }

    /**
     * Whether an instance, as it stands in the registry, looks as this asks: so whether its owner has followed it, or needn't. One that isn't up
     * for a reason of its own takes no requests either.
     */
    public boolean isSeenIn(Instance published) {
        return (status == null || published.status() != Status.UP) && (weight == null || weight == published.weight());
    }

    /** What is asked, for people: {@code draining, weight 3}. */
    public String summary() {
        String shown = status == null ? "" : status == Status.DRAINING ? "draining" : "out of service";
        return weight == null ? shown : shown + (shown.isEmpty() ? "" : ", ") + "weight " + weight;
    }

    static void requireAsked(@Nullable Status status, @Nullable Integer weight) {
        if (status == null && weight == null) {
            throw new IllegalArgumentException("override: neither status nor weight (expected: at least one of them)");
        }
        if (status == Status.UP) {
            throw new IllegalArgumentException(
                    "status: UP (expected: DRAINING or OUT_OF_SERVICE; to put an instance back, clear"
                            + " its override, and only its owner says that it is up)");
        }
        if (weight != null && (weight < 0 || weight > Instance.MAX_WEIGHT)) {
            throw new IllegalArgumentException("weight: " + weight + " (expected: 0 to " + Instance.MAX_WEIGHT + ")");
        }
    }

    static void requireBy(String by) {
        requireNonNull(by, "by");
        if (by.length() > MAX_BY_CHARS || by.chars().anyMatch(Character::isISOControl) || !Text.isWellFormed(by)) {
            throw new IllegalArgumentException("by: " + Text.quoted(by) + " (expected: up to " + MAX_BY_CHARS
                    + " characters of well-formed Unicode, no control characters)");
        }
    }
}
