package dev.rollcall.balance;

import java.util.function.LongSupplier;

/** Each with a chance in proportion to its weight. */
final class WeightedRandomPicker implements Picker {
    private final Node[] nodes;
    private final AliasTable table;
    private final LongSupplier random;

    private WeightedRandomPicker(Candidates candidates, Weights weights) {
        this.nodes = candidates.considered();
        this.table = AliasTable.of(weights);
        this.random = candidates.random();
    }

    static Picker of(Candidates candidates) {
        Weights weights = Weights.of(candidates.nodes());
        return weights.equal() ? new RandomPicker(candidates) : new WeightedRandomPicker(candidates, weights);
    }

    @Override
    public Candidate pick() {
        return nodes[table.draw(random.getAsLong())];
    }
}
