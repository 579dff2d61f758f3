package dev.rollcall.balance;

import java.util.Arrays;
import java.util.function.LongSupplier;

/** Each entry of an array with the same chance. */
final class RandomPicker implements Picker {
    private final Node[] nodes;
    private final LongSupplier random;

    private RandomPicker(Node[] nodes, LongSupplier random) {
        this.nodes = nodes;
        this.random = random;
    }

    static Picker even(Candidates candidates) {
        return new RandomPicker(candidates.considered(), candidates.random());
    }

    /** Each with as many tickets in a lottery as its weight says. */
    static Picker byTickets(Candidates candidates, Weights weights, int divisor) {
        Node[] nodes = candidates.considered();
        Node[] tickets = new Node[(int) (weights.total() / divisor)];
        int sold = 0;
        for (int i = 0; i < nodes.length; i++) {
            int end = sold + weights.weight(i) / divisor;
            Arrays.fill(tickets, sold, end, nodes[i]);
            sold = end;
        }
        return new RandomPicker(tickets, candidates.random());
    }

    @Override
    public Candidate pick() {
        return nodes[Randomness.upper(random.getAsLong(), nodes.length)];
    }
}
