package dev.rollcall.balance;

/**
 * Draws an index in proportion to weights in constant time: Walker's alias method (1974) with Vose's linear-time
 * construction ("A linear algorithm for generating random numbers with a given distribution", 1991). Immutable.
 */
final class AliasTable {
    private static final double SCALE = 0x1.0p32;

    /** For each column the share it keeps, as a fraction of 2^32, above; and whom the rest goes to, below. */
    private final long[] columns;

    private AliasTable(long[] columns) {
        this.columns = columns;
    }

    /** Takes time and room linear in the number of weights. */
    static AliasTable of(Weights weights) {
        int size = weights.size();
        long[] columns = new long[size];
        double[] share = new double[size];
        int[] stack = new int[size];
        int small = 0;
        int large = size;
        for (int i = 0; i < size; i++) {
            share[i] = weights.relative(i);
            if (share[i] < 1) {
                stack[small++] = i;
            } else {
                stack[--large] = i;
            }
        }
        while (small > 0 && large < size) {
            int poor = stack[--small];
            int rich = stack[large];
            columns[poor] = (long) (share[poor] * SCALE) << 32 | rich;
            share[rich] -= 1 - share[poor];
            if (share[rich] < 1) {
                large++;
                stack[small++] = rich;
            }
        }
        // What is left of either kind is a whole column but for rounding.
        while (small > 0) {
            int whole = stack[--small];
            columns[whole] = whole;
        }
        while (large < size) {
            int whole = stack[large++];
            columns[whole] = whole;
        }
        return new AliasTable(columns);
    }

    int draw(long bits) {
        int index = Randomness.upper(bits, columns.length);
        long column = columns[index];
        // Without a branch, as it would be mispredicted as often as not.
        int keeps = (int) (((bits & 0xffff_ffffL) - (column >>> 32)) >> 63);
        int alias = (int) column;
        return alias ^ ((alias ^ index) & keeps);
    }
}
