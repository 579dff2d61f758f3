package dev.rollcall.spi;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before trying again: doubling from {@link #first} up to {@link #cap}, of which a random part between half and all
 * is waited, so that a thousand clients don't come back at once ("equal jitter" in Marc Brooker, Exponential Backoff And
 * Jitter, AWS Architecture Blog, 2015). There is no last try. Immutable.
 *
 * @param first the longest pause after the first failure: above zero, by default 200 ms
 * @param cap the longest pause of all: no less than {@code first}, by default 5 s
 */
public record Backoff(Duration first, Duration cap) {
    private static final Backoff DEFAULTS = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(5));
    private static final int MAX_DOUBLINGS = 30;

    public Backoff {
        requireNonNull(first, "first");
        requireNonNull(cap, "cap");
        if (first.compareTo(Duration.ofMillis(1)) < 0 || cap.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "first: " + first + ", cap: " + cap + " (expected: 1 ms or more, and a cap no less than that)");
        }
    }

    /** 200 ms, doubling up to 5 s. */
    public static Backoff defaults() {
        return DEFAULTS;
    }

    /**
     * The pause before the next try.
     *
     * @param failures how many tries have failed in a row: 1 or more
     */
    public Duration pause(int failures, RandomGenerator random) {
        if (failures < 1) {
            throw new IllegalArgumentException("failures: " + failures + " (expected: 1 or more)");
        }
        long longest = cap.toNanos();
        long doubled = first.toNanos() << Math.min(failures - 1, MAX_DOUBLINGS);
        if (doubled > 0 && doubled >> Math.min(failures - 1, MAX_DOUBLINGS) == first.toNanos()) {
            longest = Math.min(longest, doubled);
        }
        return Duration.ofNanos(longest / 2 + random.nextLong(longest - longest / 2 + 1));
    }
}
