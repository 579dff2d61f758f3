package dev.rollcall.balance;

/**
 * Smooth weighted round robin in constant time a pick: by a table where that is small, by a low-discrepancy sequence
 * where it would not be.
 *
 * <p>Design note: nginx's algorithm costs O(n) a pick and needs state that all threads share. Its output repeats after
 * as many picks as the weights amount to when their common factor is taken out; up to {@value #MAX_TABLE} picks that is
 * written down once and gone round. Longer ones, and those of many instances, go by {@link FractionPicker}.
 */
final class WeightedRotation {
    private static final int MAX_TABLE = 512;

    private WeightedRotation() {}

    static Picker of(Candidates candidates) {
        Weights weights = Weights.of(candidates.nodes());
        if (weights.equal()) {
            return RotationPicker.even(candidates);
        }
        int divisor = weights.commonDivisor();
        if (weights.total() / divisor > MAX_TABLE) {
            return FractionPicker.of(candidates, weights);
        }
        return RotationPicker.inOrder(smoothOrder(candidates.considered(), weights, divisor), candidates);
    }

    /**
     * nginx's smooth weighted round robin (upstream round robin, commit 52327e0627f4, 2012): each turn everybody gains
     * its weight, the highest is chosen and pays the total. Takes {@value #MAX_TABLE} times n at the most.
     */
    private static Node[] smoothOrder(Node[] nodes, Weights weights, int divisor) {
        int total = (int) (weights.total() / divisor);
        int[] credit = new int[nodes.length];
        Node[] order = new Node[total];
        for (int turn = 0; turn < total; turn++) {
            int best = 0;
            for (int i = 0; i < credit.length; i++) {
                credit[i] += weights.weight(i) / divisor;
                if (credit[i] > credit[best]) {
                    best = i;
                }
            }
            credit[best] -= total;
            order[turn] = nodes[best];
        }
        return order;
    }
}
