package dev.rollcall;

import java.time.Duration;

/**
 * How often a provider reports its weight, and what change of it is worth a write; so the store is not flooded, however
 * lively the figure behind the weight is. Immutable.
 *
 * @param interval how often the weight is asked for, and so how often it is written at the most: 100 ms to 1 h, by default 5 s
 * @param minimumChange by what share of the weight last reported it must have changed to be written: 0 (any change) to 1, by
 *     default 0.1. It is compared with what was reported, so slow drift is reported as well, and going to 0 or from it always is
 */
public record WeightReport(Duration interval, double minimumChange) {
    private static final Duration MIN_INTERVAL = Duration.ofMillis(100);
    private static final Duration MAX_INTERVAL = Duration.ofHours(1);
    private static final WeightReport DEFAULTS = new WeightReport(Duration.ofSeconds(5), 0.1);

    public WeightReport {
        if (interval.compareTo(MIN_INTERVAL) < 0 || interval.compareTo(MAX_INTERVAL) > 0) {
            throw new IllegalArgumentException("interval: " + interval + " (expected: 100 ms to 1 h)");
        }
        if (!(minimumChange >= 0 && minimumChange <= 1)) {
            throw new IllegalArgumentException("minimumChange: " + minimumChange + " (expected: 0 to 1)");
        }
    }

    /** Every 5 s, if it changed by a tenth or more. */
    public static WeightReport defaults() {
        return DEFAULTS;
    }

    /** The same at another interval. */
    public WeightReport every(Duration interval) {
        return new WeightReport(interval, minimumChange);
    }

    /** The same with another minimum change. */
    public WeightReport withMinimumChange(double minimumChange) {
        return new WeightReport(interval, minimumChange);
    }

    /** Whether a change is worth a write. */
    public boolean isWorthReporting(int reported, int weight) {
        if (reported == weight) {
            return false;
        }
        return reported == 0 || weight == 0 || Math.abs((long) weight - reported) >= minimumChange * reported;
    }
}
