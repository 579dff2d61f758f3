package dev.rollcall.console;

import java.util.Arrays;

/** How many instances came, changed and left in each of the latest seconds. Confined to the board's thread. */
final class Churn {
    /** How far back the picture goes. */
    static final int SECONDS = 300;

    private final int[] came = new int[SECONDS];
    private final int[] changed = new int[SECONDS];
    private final int[] left = new int[SECONDS];
    private long latest;

    /** What happened in one second. */
    record Second(long second, int came, int changed, int left) {
        boolean isEmpty() {
            return came == 0 && changed == 0 && left == 0;
        }
    }

    void add(long atMillis, int came, int changed, int left) {
        advance(atMillis / 1000);
        int slot = slot(latest);
        this.came[slot] += came;
        this.changed[slot] += changed;
        this.left[slot] += left;
    }

    /** A second that is remembered, or an empty one. */
    Second at(long second) {
        if (second > latest || second <= latest - SECONDS) {
            return new Second(second, 0, 0, 0);
        }
        int slot = slot(second);
        return new Second(second, came[slot], changed[slot], left[slot]);
    }

    private void advance(long second) {
        if (second - latest >= SECONDS) {
            Arrays.fill(came, 0);
            Arrays.fill(changed, 0);
            Arrays.fill(left, 0);
            latest = second;
        }
        while (latest < second) {
            int slot = slot(++latest);
            came[slot] = 0;
            changed[slot] = 0;
            left[slot] = 0;
        }
    }

    private static int slot(long second) {
        return (int) Math.floorMod(second, (long) SECONDS);
    }
}
