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
    int cheaper(int first, float firstBurden, int second, float secondBurden) {
        Tracker one = tracker(first);
        Tracker other = tracker(second);
        long oneLatency = one.latency();
        long otherLatency = other.latency();
        if (oneLatency == 0 || otherLatency == 0 || (one.failures() | other.failures()) != 0) {
            return cost(other, secondBurden) < cost(one, firstBurden) ? second : first;
        }
        int oneInFlight = one.inFlight();
        int otherInFlight = other.inFlight();
        if ((oneInFlight | otherInFlight) == 0) {
            // Latency alone decides, so that its logarithm will do, which is quicker to fade.
            return secondIf(Decaying.compare(otherLatency, oneLatency), first, second);
        }
        // As cost() below, but for the fading since the second was measured, which both have in common.
        float oneCost = Decaying.value(oneLatency) * (1 + oneInFlight * firstBurden);
        float otherCost = Decaying.value(otherLatency) * (1 + otherInFlight * secondBurden);
        oneCost *= Decaying.factor((int) otherLatency - (int) oneLatency);
        // Bits of floats that aren't negative are in order.
        return secondIf((long) Float.floatToRawIntBits(otherCost) - Float.floatToRawIntBits(oneCost), first, second);
    }

    /** Without a branch, as it would be mispredicted as often as not. */
    private static int secondIf(long negative, int first, int second) {
        return first ^ ((first ^ second) & (int) (negative >> 63));
    }

    private float cost(Tracker tracker, float burden) {
        int tick = meter.lastTick();
        long latency = tracker.latency();
        float failures = Decaying.valueAt(tracker.failures(), tick);
        int inFlight = tracker.inFlight();
        float times = 1 + inFlight * burden;
        if (latency != 0) {
            return Decaying.valueAt(latency, tick) * (1 + TIMES_IF_FAILING * failures * failures) * times;
        }
        return inFlight == 0 && failures < FADED_FAILURES ? 0 : UNKNOWN_NANOS * times;
    }
}
