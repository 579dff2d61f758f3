package dev.rollcall.balance;

/**
 * A non-negative figure that fades exponentially, and when it was last set, in one long: the bits of a float above, a
 * time in ticks of 2^20 ns (about a millisecond) below. Zero stands for none.
 *
 * <p>Ticks wrap around every 52 days; a figure that nobody touched for 26 days or longer can look new again and fades
 * once more. A time that seems to lie ahead by less than that, as two threads may see it, counts as now.
 */
final class Decaying {
    /** The time in which a figure falls to 37 %: Finagle's default. */
    private static final double FADE_TICKS = 10e9 / (1 << 20);

    private Decaying() {}

    static int tick(long nanos) {
        return (int) (nanos >>> 20);
    }

    static long pack(float value, int tick) {
        return join(Float.floatToRawIntBits(value), tick);
    }

    static long join(int upper, int lower) {
        return ((long) upper << 32) | (lower & 0xffff_ffffL);
    }

    /** The figure as it was when it was set. */
    static float value(long packed) {
        return Float.intBitsToFloat((int) (packed >>> 32));
    }

    /** The figure as it is now. */
    static float valueAt(long packed, int tick) {
        int elapsed = elapsed(packed, tick);
        return elapsed == 0 ? value(packed) : value(packed) * factor(elapsed);
    }

    /** Ticks since it was set, never negative. */
    static int elapsed(long packed, int tick) {
        return Math.max(0, tick - (int) packed);
    }

    /** What is left of a figure after so many ticks. */
    static float factor(int elapsed) {
        return (float) Math.exp(-elapsed / FADE_TICKS);
    }
}
