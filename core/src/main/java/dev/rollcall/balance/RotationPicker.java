package dev.rollcall.balance;

/** One after the other, in a given order in which some may come several times. */
final class RotationPicker implements Picker {
    private final Node[] order;
    private final long[] positions;

    private RotationPicker(Node[] order, Cursors cursors) {
        this.order = order;
        this.positions = cursors.positions();
    }

    /** Everyone once, in the order of their ids. */
    static Picker even(Candidates candidates) {
        return new RotationPicker(candidates.considered(), candidates.cursors());
    }

    /** In a given order. */
    static Picker inOrder(Node[] order, Candidates candidates) {
        return new RotationPicker(order, candidates.cursors());
    }

    @Override
    public Candidate pick() {
        return order[Cursors.next(positions, order.length)];
    }
}
