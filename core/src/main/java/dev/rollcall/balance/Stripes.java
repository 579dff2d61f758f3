package dev.rollcall.balance;

/**
 * Arrays in which each thread has its own place, on a cache line of its own, as far as there are enough: four for each
 * processor, 8 to 128. Threads that run at once rarely meet.
 *
 * <p>Design note: the place goes by the thread's id and not by a thread local, so that it costs a multiplication and
 * leaves nothing behind when (virtual) threads come and go by the million.
 */
final class Stripes {
    /** Longs in two cache lines, as processors fetch lines in pairs. */
    private static final int LINE = 16;

    private static final int COUNT_LOG = countLog(Runtime.getRuntime().availableProcessors());

    /** 2^64 divided by the golden ratio: spreads consecutive and strided ids alike (Knuth, vol. 3, 6.4). */
    static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    private Stripes() {}

    private static int countLog(int processors) {
        int wanted = Math.max(8, Math.min(128, 4 * processors));
        return 32 - Integer.numberOfLeadingZeros(wanted - 1);
    }

    static int count() {
        return 1 << COUNT_LOG;
    }

    static long[] newArray() {
        return new long[(1 << COUNT_LOG) * LINE + LINE];
    }

    /** Where the place of a stripe is in an array, for stripes from 0 on. */
    static int slotOf(int stripe) {
        return stripe * LINE + LINE;
    }

    /** Where the calling thread's place is in an array. */
    static int slot() {
        return slotOf((int) ((Thread.currentThread().getId() * GOLDEN) >>> (64 - COUNT_LOG)));
    }
}
