package dev.rollcall.balance;

import java.util.concurrent.ThreadLocalRandom;

/** Turning random bits into choices. */
final class Randomness {
    private Randomness() {}

    static long ofThread() {
        return ThreadLocalRandom.current().nextLong();
    }

    /**
     * 0 to {@code bound} - 1 from the upper 32 of 64 bits, by multiplication (Lemire, "Fast random integer generation
     * in an interval", 2019) and without its rejection step: uneven by less than {@code bound} / 2^32.
     */
    static int upper(long bits, int bound) {
        return (int) (((bits >>> 32) * bound) >>> 32);
    }

    /** The same from the lower 32 bits. */
    static int lower(long bits, int bound) {
        return (int) (((bits & 0xffff_ffffL) * bound) >>> 32);
    }

    /** Whether these bits fall into a share of 0 to 1. */
    static boolean within(long bits, double share) {
        return (bits >>> 11) * 0x1.0p-53 < share;
    }
}
