package dev.rollcall.balance;

/**
 * By the time a call can be expected to take: average latency, which follows peaks at once and fades over ten seconds,
 * times the calls it would share the instance with (Finagle's {@code PeakEwma}, described in its guide under
 * "Balancers").
 *
 * <p>Finagle leaves failures to another part. Here they make an instance dearer by the square of their share, lest one
 * that fails fast look quick: one failure makes little difference, failing every call a hundredfold. One that was never
 * seen to succeed is tried again when its failures have faded.
 */
final class PeakEwmaPicker extends TwoChoicesPicker {
    private static final float TIMES_IF_FAILING = 100;
    /** For an instance of which nothing good is known yet, while it has calls under way or failed of late. */
    private static final float UNKNOWN_NANOS = 1e12f;

    private static final float FADED_FAILURES = 0.1f;

    private final Meter meter;

    PeakEwmaPicker(Candidates candidates) {
        super(candidates);
        this.meter = candidates.meter();
    }

    @Override
    boolean isSecondCheaper(Tracker first, float firstBurden, Tracker second, float secondBurden) {
        long firstLatency = first.latency();
        long secondLatency = second.latency();
        if (firstLatency == 0 || secondLatency == 0 || (first.failures() | second.failures()) != 0) {
            return isSecondCheaperNow(first, firstBurden, second, secondBurden);
        }
        // As cost() below, but for the fading since the later of the two was measured, which both have in common.
        float firstCost = Decaying.value(firstLatency) * (1 + first.inFlight() * firstBurden);
        float secondCost = Decaying.value(secondLatency) * (1 + second.inFlight() * secondBurden);
        int later = (int) secondLatency - (int) firstLatency;
        if (later != 0) {
            float faded = Decaying.factor(Math.abs(later));
            firstCost *= later > 0 ? faded : 1;
            secondCost *= later > 0 ? 1 : faded;
        }
        return secondCost < firstCost;
    }

    private boolean isSecondCheaperNow(Tracker first, float firstBurden, Tracker second, float secondBurden) {
        return cost(second, secondBurden) < cost(first, firstBurden);
    }

    private float cost(Tracker tracker, float burden) {
        int tick = meter.lastTick();
        long latency = tracker.latency();
        int inFlight = tracker.inFlight();
        float failures = Decaying.valueAt(tracker.failures(), tick);
        if (latency != 0) {
            float nanos = Decaying.valueAt(latency, tick) * (1 + TIMES_IF_FAILING * failures * failures);
            return nanos * (1 + inFlight * burden);
        }
        return inFlight == 0 && failures < FADED_FAILURES ? 0 : UNKNOWN_NANOS * (1 + inFlight * burden);
    }
}
