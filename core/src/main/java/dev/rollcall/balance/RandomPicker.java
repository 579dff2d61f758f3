package dev.rollcall.balance;

import java.util.function.LongSupplier;

/** Each with the same chance. */
final class RandomPicker implements Picker {
    private final Node[] nodes;
    private final LongSupplier random;

    RandomPicker(Candidates candidates) {
        this.nodes = candidates.considered();
        this.random = candidates.random();
    }

    @Override
    public Candidate pick() {
        return nodes[Randomness.upper(random.getAsLong(), nodes.length)];
    }
}
