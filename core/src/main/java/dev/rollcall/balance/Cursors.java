package dev.rollcall.balance;

import java.util.function.LongSupplier;

/**
 * Positions in a rotation, one for each {@linkplain Stripes stripe}.
 *
 * <p>Design note: one counter for all threads makes every pick six to fourteen times dearer as soon as a second thread
 * picks. Positions are written without atomic operations: where two threads do meet on a stripe, one's step may be lost
 * or repeat some of the other's, which costs an even rotation at most one pick per instance and encounter. Stripes
 * start at random places, so that the clients of a service don't all begin with the same instance.
 */
final class Cursors {
    private final long[] positions = Stripes.newArray();

    Cursors(LongSupplier random) {
        for (int stripe = 0; stripe < Stripes.count(); stripe++) {
            positions[Stripes.slotOf(stripe)] = random.getAsLong();
        }
    }

    /** The positions themselves, so that a picker is one step nearer to them. */
    long[] positions() {
        return positions;
    }

    /** The calling thread's next place in a rotation of {@code size} places. */
    static int next(long[] positions, int size) {
        int slot = Stripes.slot();
        int position = (int) positions[slot];
        if (position < 0 || position >= size) {
            position = Integer.remainderUnsigned(position, size);
        }
        int following = position + 1;
        positions[slot] = following == size ? 0 : following;
        return position;
    }

    /** The calling thread's next point of the sequence n/φ modulo 1, as a fraction of 2^64. */
    static long nextFraction(long[] positions) {
        int slot = Stripes.slot();
        long position = positions[slot] + Stripes.GOLDEN;
        positions[slot] = position;
        return position;
    }
}
