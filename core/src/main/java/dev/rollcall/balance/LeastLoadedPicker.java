package dev.rollcall.balance;

/**
 * By calls under way, in proportion to weight. Frequent failures count as calls under way, lest an instance that fails
 * at once and so never has any draws all traffic ("Site Reliability Engineering", ch. 20, on least-loaded round robin).
 * By the square of their share and in whole calls, so that a single failure makes no difference.
 */
final class LeastLoadedPicker extends TwoChoicesPicker {
    /** What an instance counts for that fails every call. */
    private static final float CALLS_IF_FAILING = 20;

    private final Meter meter;

    LeastLoadedPicker(Candidates candidates) {
        super(candidates);
        this.meter = candidates.meter();
    }

    @Override
    float cost(Tracker tracker, float burden) {
        long failures = tracker.failures();
        float calls = tracker.inFlight() * burden;
        return failures == 0 ? calls : calls + penalty(failures);
    }

    private int penalty(long failures) {
        float share = Decaying.valueAt(failures, Decaying.tick(meter.now()));
        return (int) (CALLS_IF_FAILING * share * share);
    }
}
