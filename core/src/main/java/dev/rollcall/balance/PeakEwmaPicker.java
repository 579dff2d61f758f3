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
    float cost(Tracker tracker, float burden) {
        int tick = meter.lastTick();
        long latency = tracker.latency();
        long failures = tracker.failures();
        int inFlight = tracker.inFlight();
        float share = failures == 0 ? 0 : Decaying.valueAt(failures, tick);
        float nanos;
        if (latency != 0) {
            nanos = Decaying.valueAt(latency, tick) * (1 + TIMES_IF_FAILING * share * share);
        } else {
            nanos = inFlight == 0 && share < FADED_FAILURES ? 0 : UNKNOWN_NANOS;
        }
        return nanos * (1 + inFlight * burden);
    }
}
