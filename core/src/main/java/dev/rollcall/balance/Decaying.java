package dev.rollcall.balance;

import java.util.Arrays;

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

    /** Halvings of a figure in one tick, as a fraction of 2^32. */
    private static final long HALVING = Math.round(0x1.0p32 / (FADE_TICKS * Math.log(2)));
    /** What is left after so long, 10^-36, or is so much more the other way round, is as good as none or any. */
    private static final int MAX_TICKS = (int) ((120L << 32) / HALVING);

    /** The bits of 2^(-i/1024) as floats. */
    private static final int[] ROOTS = new int[1024];

    private static final int FLOAT_FRACTION_BITS = 23;

    static {
        Arrays.setAll(ROOTS, i -> Float.floatToRawIntBits((float) Math.pow(2, -i / (double) ROOTS.length)));
    }

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

    /**
     * Which of two figures that aren't zero is less by now: negative if the first is. For when it matters more to be quick
     * than to be exact: fading is a subtraction from the logarithm, and the bits of a float are nearly its binary
     * logarithm (Mitchell, "Computer multiplication and division using binary logarithms", 1962). Figures set at the same
     * time are put in order exactly; of others one that is less by up to 5.8 % can pass for the greater.
     */
    static long compare(long first, long second) {
        int ticksLater = (int) first - (int) second;
        return (first >>> 32) - (second >>> 32) + ((ticksLater * HALVING) >> (32 - FLOAT_FRACTION_BITS));
    }

    /**
     * What is left of a figure after so many ticks, or how much more it was if they are negative, within 0.07 %: a power
     * of two, whose whole part goes to the exponent of a float and whose fraction comes from a table. Without a branch
     * and nearly without arithmetic, as it was most of what comparing two figures cost.
     */
    static float factor(int elapsed) {
        long halvings = HALVING * Math.max(-MAX_TICKS, Math.min(MAX_TICKS, elapsed));
        int root = ROOTS[(int) (halvings >>> 22) & (ROOTS.length - 1)];
        return Float.intBitsToFloat(root - ((int) (halvings >> 32) << FLOAT_FRACTION_BITS));
    }
}
