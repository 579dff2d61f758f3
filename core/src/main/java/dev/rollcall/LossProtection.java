package dev.rollcall;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a view does when many instances of a service vanish at once, which more often means that the store lost them than
 * that they all died. Immutable.
 *
 * <p>An instance has <em>vanished</em> when its entry is gone without a word; one that was marked draining or out of
 * service first, or that was deleted by its owner, was <em>removed on purpose</em> and leaves the view at once, always. So does
 * a vanished instance, as long as those that vanished within the {@link #window} are fewer than {@link #minimum} or fewer than
 * {@link #share} of the service. Only from there on are further ones held: they stay in the view, are
 * named in {@link Snapshot#held()}, and leave when they have been held for {@link #holdFor}. One that comes back is an ordinary
 * instance again. Each service is judged alone.
 *
 * @param minimum how many must vanish within the window before any is held: 1 or more, by default 3
 * @param share what share of the instances at the window's start must vanish: above 0, up to 1, by default 0.5. Above 1
 *     (see {@link #off()}) nothing is ever held
 * @param window within what time, by default 10 s
 * @param holdFor for how long a vanished instance is held at the most, by default 30 s
 */
public record LossProtection(int minimum, double share, Duration window, Duration holdFor) {
    private static final LossProtection DEFAULTS =
            new LossProtection(3, 0.5, Duration.ofSeconds(10), Duration.ofSeconds(30));
    private static final LossProtection OFF =
            new LossProtection(Integer.MAX_VALUE, 2, Duration.ofSeconds(1), Duration.ofSeconds(1));

    public LossProtection {
        requireNonNull(window, "window");
        requireNonNull(holdFor, "holdFor");
        if (minimum < 1) {
            throw new IllegalArgumentException("minimum: " + minimum + " (expected: 1 or more)");
        }
        if (!(share > 0)) {
            throw new IllegalArgumentException("share: " + share + " (expected: above 0)");
        }
        if (window.isNegative() || window.isZero() || holdFor.isNegative() || holdFor.isZero()) {
            throw new IllegalArgumentException(
                    "window: " + window + ", holdFor: " + holdFor + " (expected: above zero, both)");
        }
    }

    /** At least 3 and at least half of the service within 10 s; held for 30 s. */
    public static LossProtection defaults() {
        return DEFAULTS;
    }

    /** Never holds anything. */
    public static LossProtection off() {
        return OFF;
    }
}
