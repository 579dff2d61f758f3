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
    int cheaper(int first, float firstBurden, int second, float secondBurden) {
        return load(tracker(second), secondBurden) < load(tracker(first), firstBurden) ? second : first;
    }

    private float load(Tracker tracker, float burden) {
        float calls = tracker.inFlight() * burden;
        return tracker.failures() == 0 ? calls : calls + penalty(tracker);
    }

    private int penalty(Tracker tracker) {
        float share = Decaying.valueAt(tracker.failures(), Decaying.tick(meter.now()));
        return (int) (CALLS_IF_FAILING * share * share);
    }
}
