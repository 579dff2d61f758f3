package dev.rollcall.balance;

/**
 * Weighted rotation by the fractional parts of n/φ: everybody owns a stretch of [0, 1) in proportion to its weight, and
 * each pick goes to the owner of the next point.
 *
 * <p>The sequence is as even as a sequence can be: what anybody is off its share after N picks grows with log N only
 * (Kuipers and Niederreiter, "Uniform Distribution of Sequences", 1974), and stays below 2 + 0.3 ln N picks. The picks
 * between two turns of one instance take at most three different values (Steinhaus' three-gap theorem), never more than
 * 2.7 divided by its share, so nobody starves. It needs no state but one 64-bit number that may wrap around, unlike an
 * exact schedule, whose length is the total of all weights. The owner is looked up through an index of cutpoints (Chen
 * and Asau, "On generating random variates from an empirical distribution", 1974): constant time on average,
 * logarithmic at worst; linear time and room to build.
 */
final class FractionPicker implements Picker {
    private final Node[] nodes;
    private final long[] positions;
    /** Where each node's stretch ends, in units of weight. */
    private final long[] ends;
    /**
     * For each of 2^(64 - shift) equal parts of [0, 1) the first node that owns some of it; one entry more at the end.
     */
    private final int[] firstOwners;

    private final int shift;
    private final long twiceTotal;

    private FractionPicker(Node[] nodes, Cursors cursors, Weights weights) {
        this.nodes = nodes;
        this.positions = cursors.positions();
        this.ends = new long[nodes.length];
        long end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += weights.weight(i);
            ends[i] = end;
        }
        this.twiceTotal = 2 * end;
        int partsLog = 34 - Integer.numberOfLeadingZeros(nodes.length);
        this.shift = 64 - partsLog;
        this.firstOwners = new int[(1 << partsLog) + 1];
        int owner = 0;
        for (int part = 0; part < firstOwners.length - 1; part++) {
            long start = unitAt((long) part << shift);
            while (ends[owner] <= start) {
                owner++;
            }
            firstOwners[part] = owner;
        }
        firstOwners[firstOwners.length - 1] = nodes.length - 1;
    }

    static Picker of(Candidates candidates, Weights weights) {
        return new FractionPicker(candidates.considered(), candidates.cursors(), weights);
    }

    @Override
    public Candidate pick() {
        long fraction = Cursors.nextFraction(positions);
        int part = (int) (fraction >>> shift);
        long unit = unitAt(fraction);
        int owner = firstOwners[part];
        // The part's first owner or one of the two after it, which no processor can foresee: so without a branch.
        owner += (int) ((ends[owner] - unit - 1) >>> 63);
        owner += (int) ((ends[owner] - unit - 1) >>> 63);
        return nodes[ends[owner] > unit ? owner : search(owner + 1, firstOwners[part + 1], unit)];
    }

    private int search(int from, int to, long unit) {
        int low = from;
        int high = to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ends[middle] <= unit) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The fraction of the total, rounded down. */
    private long unitAt(long fraction) {
        return Math.multiplyHigh(fraction >>> 1, twiceTotal);
    }
}
