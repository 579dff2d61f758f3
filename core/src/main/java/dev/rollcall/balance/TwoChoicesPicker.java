package dev.rollcall.balance;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The cheaper of two drawn at random in proportion to their weights (Mitzenmacher, "The power of two choices in
 * randomized load balancing", 2001): nearly as even as asking everybody, at a cost that does not grow with their
 * number, and without the herd that runs to whoever was cheapest a moment ago.
 */
abstract class TwoChoicesPicker implements Picker {
    private final Node[] nodes;
    /** Those of the nodes, at hand. */
    private final Tracker[] trackers;

    private final LongSupplier random;
    /** Null where the weights are equal. */
    private final @Nullable AliasTable table;

    /** The average weight. */
    private final float average;

    TwoChoicesPicker(Candidates candidates) {
        nodes = candidates.considered();
        random = candidates.random();
        Weights weights = Weights.of(nodes);
        table = weights.equal() ? null : AliasTable.of(weights);
        trackers = new Tracker[nodes.length];
        average = (float) weights.total() / nodes.length;
        for (int i = 0; i < nodes.length; i++) {
            trackers[i] = nodes[i].tracker();
        }
    }

    /**
     * Which of two is cheaper.
     *
     * @param firstBurden how much one call loads the first, 1 for an instance of average weight
     * @param secondBurden the same of the second
     * @return the one index or the other
     */
    abstract int cheaper(int first, float firstBurden, int second, float secondBurden);

    final Tracker tracker(int index) {
        return trackers[index];
    }

    @Override
    public final Candidate pick() {
        long bits = random.getAsLong();
        int first;
        int second;
        if (table == null) {
            int size = nodes.length;
            if (size == 1) {
                return nodes[0];
            }
            first = Randomness.upper(bits, size);
            second = Randomness.lower(bits, size - 1);
            second += second >= first ? 1 : 0;
        } else {
            first = table.draw(bits);
            second = table.draw(bits * Stripes.GOLDEN);
        }
        // Both nodes are looked at before it is known which will do: what memory has to fetch comes at once, not in
        // turns.
        float firstBurden = average * nodes[first].burden();
        float secondBurden = average * nodes[second].burden();
        return nodes[cheaper(first, firstBurden, second, secondBurden)];
    }
}
