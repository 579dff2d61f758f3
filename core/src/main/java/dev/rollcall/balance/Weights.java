package dev.rollcall.balance;

import java.util.Arrays;

/** The weights of nodes, all 1 where nobody has one. Immutable. */
final class Weights {
    private final int[] each;
    private final long total;
    private final boolean equal;

    private Weights(int[] each, long total, boolean equal) {
        this.each = each;
        this.total = total;
        this.equal = equal;
    }

    static Weights of(Node[] nodes) {
        int[] each = new int[nodes.length];
        long total = 0;
        boolean equal = true;
        for (int i = 0; i < each.length; i++) {
            each[i] = nodes[i].instance().weight();
            total += each[i];
            equal &= each[i] == each[0];
        }
        if (total == 0) {
            Arrays.fill(each, 1);
            total = each.length;
        }
        return new Weights(each, total, equal);
    }

    int size() {
        return each.length;
    }

    int weight(int index) {
        return each[index];
    }

    long total() {
        return total;
    }

    /** The greatest number by which all of them can be divided. */
    int commonDivisor() {
        int divisor = each[0];
        for (int i = 1; i < each.length && divisor > 1; i++) {
            int rest = each[i];
            while (rest != 0) {
                int remainder = divisor % rest;
                divisor = rest;
                rest = remainder;
            }
        }
        return divisor;
    }

    /** Whether all are the same, so that weights make no difference. */
    boolean equal() {
        return equal;
    }

    /** The weight in proportion to the average one. */
    double relative(int index) {
        return (double) each[index] * each.length / total;
    }
}
