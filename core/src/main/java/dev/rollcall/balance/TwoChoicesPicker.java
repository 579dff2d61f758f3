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
    private final Tracker[] trackers;
    private final LongSupplier random;
    /** Null where the weights are equal. */
    private final @Nullable AliasTable table;
    /**
     * How much one call loads each, in proportion to an instance of average weight; null where the weights are equal.
     */
    private final float @Nullable [] burdens;

    TwoChoicesPicker(Candidates candidates) {
        this.nodes = candidates.considered();
        this.random = candidates.random();
        this.trackers = new Tracker[nodes.length];
        Weights weights = Weights.of(nodes);
        this.table = weights.equal() ? null : AliasTable.of(weights);
        float[] burdens = weights.equal() ? null : new float[nodes.length];
        for (int i = 0; i < nodes.length; i++) {
            trackers[i] = nodes[i].tracker();
            if (burdens != null) {
                burdens[i] = (float) (1 / weights.relative(i));
            }
        }
        this.burdens = burdens;
    }

    /**
     * What choosing an instance would cost; only compared with each other.
     *
     * @param burden how much one call loads it, 1 for an instance of average weight
     */
    abstract float cost(Tracker tracker, float burden);

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
            second = table.draw(random.getAsLong());
        }
        return nodes[cost(first) <= cost(second) ? first : second];
    }

    private float cost(int index) {
        return cost(trackers[index], burdens == null ? 1 : burdens[index]);
    }
}
