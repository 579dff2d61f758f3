package dev.rollcall.runtime;

import java.util.Random;
import java.util.function.LongConsumer;

/**
 * Runs a randomized test many times. The gate always runs the same seeds; {@code -Drollcall.seed=N} begins with another, and
 * {@code -Drollcall.seeds=N} runs that many.
 */
final class Seeds {
    private static final long FIRST = Long.getLong("rollcall.seed", 1);

    private Seeds() {}

    /** Calls the test with each seed; what fails names its seed. */
    static void forEach(int count, LongConsumer test) {
        long last = FIRST + Integer.getInteger("rollcall.seeds", count);
        for (long seed = FIRST; seed < last; seed++) {
            try {
                test.accept(seed);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "seed " + seed + " (again with -Drollcall.seed=" + seed + " -Drollcall.seeds=1): "
                                + e.getMessage(),
                        e);
            }
        }
    }

    /** Randomness in which neighbouring seeds have nothing in common. */
    static Random random(long seed) {
        return new Random(seed * 0x9E3779B97F4A7C15L);
    }
}
