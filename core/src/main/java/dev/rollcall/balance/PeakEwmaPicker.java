package dev.rollcall.balance;

/**
 * By the time a call can be expected to take: average latency, which follows peaks at once and fades over ten seconds, times the
 * calls it would share the instance with (Finagle's {@code PeakEwma}, described in its guide under "Balancers"). A
 * failure counts as a call of a second, lest an instance that fails fast look quick.
 */
final class PeakEwmaPicker extends TwoChoicesPicker {
    private static final float FAILURE_NANOS = 1e9f;
    /** For an instance with calls under way of which none has come back yet. */
    private static final float UNKNOWN_NANOS = 1e12f;

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
        float nanos;
        if (latency != 0) {
            nanos = Decaying.valueAt(latency, tick);
        } else {
            nanos = inFlight == 0 ? 0 : UNKNOWN_NANOS;
        }
        if (failures != 0) {
            nanos += FAILURE_NANOS * Decaying.valueAt(failures, tick);
        }
        return nanos * (1 + inFlight * burden);
    }
}
