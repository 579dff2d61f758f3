package dev.rollcall.balance;

import java.util.function.LongSupplier;

/**
 * Each with a chance in proportion to its weight.
 *
 * <p>Design note: by the alias method a pick looks at two places in memory, one after the other, which with thousands of
 * instances is most of what it costs. Where the weights without their common factor are small numbers, an array with as many
 * entries for each as its weight says needs one look: up to {@value #MAX_TICKETS_EACH} for each instance on average, and in all
 * to {@value #MAX_TICKETS}, which a processor's second cache can hold.
 */
final class WeightedRandomPicker implements Picker {
    private static final int MAX_TICKETS_EACH = 8;
    private static final int FEW_TICKETS = 512;
    private static final int MAX_TICKETS = 1 << 16;

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
        if (weights.equal()) {
            return RandomPicker.even(candidates);
        }
        int divisor = weights.commonDivisor();
        return weights.total() / divisor <= affordable(weights.size())
                ? RandomPicker.byTickets(candidates, weights, divisor)
                : new WeightedRandomPicker(candidates, weights);
    }

    private static long affordable(int instances) {
        return Math.min(MAX_TICKETS, Math.max(FEW_TICKETS, (long) MAX_TICKETS_EACH * instances));
    }

    @Override
    public Candidate pick() {
        return nodes[table.draw(random.getAsLong())];
    }
}
