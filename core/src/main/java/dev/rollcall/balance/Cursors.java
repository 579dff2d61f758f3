package dev.rollcall.balance;

import java.util.function.LongSupplier;

/**
 * Positions in a rotation: one per stripe, a thread always on the same stripe, so that threads running at once rarely
 * share one and never write to the same cache line for long.
 *
 * <p>Design note: one counter for all threads makes every pick six to fourteen times dearer as soon as a second thread
 * picks. Positions are written without atomic operations: where two threads do meet on a stripe, one's step may be lost
 * or repeat some of the other's, which costs an even rotation at most one pick per instance and encounter. Stripes
 * start at random places, so that the clients of a service don't all begin with the same instance. Thread ids choose
 * the stripe and not thread locals, so that many short-lived (virtual) threads with one pick each still rotate.
 */
final class Cursors {
    /** Longs in two cache lines, as processors fetch lines in pairs. */
    private static final int LINE = 16;

    private static final int STRIPES_LOG = stripesLog(Runtime.getRuntime().availableProcessors());

    /** 2^64 divided by the golden ratio: spreads consecutive and strided thread ids alike (Knuth, vol. 3, 6.4). */
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    private final long[] positions = new long[(1 << STRIPES_LOG) * LINE + LINE];

    Cursors(LongSupplier random) {
        for (int stripe = 1; stripe <= 1 << STRIPES_LOG; stripe++) {
            positions[stripe * LINE] = random.getAsLong();
        }
    }

    static int stripes() {
        return 1 << STRIPES_LOG;
    }

    /** Four stripes a processor, 8 to 128. */
    private static int stripesLog(int processors) {
        int wanted = Math.max(8, Math.min(128, 4 * processors));
        return 32 - Integer.numberOfLeadingZeros(wanted - 1);
    }

    private static int slot() {
        return (int) ((Thread.currentThread().getId() * GOLDEN) >>> (64 - STRIPES_LOG)) * LINE + LINE;
    }

    /** The calling thread's next place in a rotation of {@code size} places. */
    int next(int size) {
        int slot = slot();
        long position = positions[slot];
        if (position < 0 || position >= size) {
            position = Long.remainderUnsigned(position, size);
        }
        long following = position + 1;
        positions[slot] = following == size ? 0 : following;
        return (int) position;
    }

    /** The calling thread's next point of the sequence n/φ modulo 1, as a fraction of 2^64. */
    long nextFraction() {
        int slot = slot();
        long position = positions[slot] + GOLDEN;
        positions[slot] = position;
        return position;
    }
}
