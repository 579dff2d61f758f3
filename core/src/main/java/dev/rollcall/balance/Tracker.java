package dev.rollcall.balance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What is measured about one instance id. It outlives snapshots: as long as the id is known, its figures stay.
 *
 * <p>Design note: a decaying figure is one long, value and time together ({@link Decaying}), so that a report is one
 * compare-and-set and a reader never sees the value of one report with the time of another. There is nothing here but
 * what a pick looks at, 32 bytes with the object's header: with thousands of instances, a pick's time is that of
 * fetching them from memory.
 */
sealed class Tracker permits LongTermTracker {
    /** Stands in where nothing is measured. */
    static final Tracker NONE = new Tracker();

    private static final float FAILURE_STEP = 0.2f;
    private static final float OVERLOAD_STEP = 0.5f;
    private static final VarHandle IN_FLIGHT;
    private static final VarHandle LATENCY;
    private static final VarHandle FAILURES;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            IN_FLIGHT = lookup.findVarHandle(Tracker.class, "inFlight", int.class);
            LATENCY = lookup.findVarHandle(Tracker.class, "latencyNanos", long.class);
            FAILURES = lookup.findVarHandle(Tracker.class, "failureShare", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private volatile int inFlight;
    private volatile long latencyNanos;
    private volatile long failureShare;

    int inFlight() {
        return inFlight;
    }

    void begin() {
        IN_FLIGHT.getAndAdd(this, 1);
    }

    void end() {
        IN_FLIGHT.getAndAdd(this, -1);
    }

    /** The packed latency, 0 while unknown. */
    long latency() {
        return latencyNanos;
    }

    /** The packed share of failures, 0 for none. */
    long failures() {
        return failureShare;
    }

    /**
     * Takes a call's duration into the average: a peak at once, anything less in proportion to the time since the last
     * one (Finagle's peak EWMA). A call that failed or was cancelled proves only that a good one may take so long at
     * least; a failure keeps what is known from fading, as it brought nothing better.
     *
     * <p>Design note: one loop that calls nothing large; see {@link TrackedPick}.
     */
    void observeLatency(long nanos, Outcome outcome, int tick) {
        boolean succeeded = outcome == Outcome.SUCCEEDED;
        long seen;
        long updated;
        do {
            seen = latencyNanos;
            if (seen == 0 ? !succeeded : outcome == Outcome.CANCELLED && nanos <= Decaying.value(seen)) {
                return;
            }
            float average = Decaying.value(seen);
            int elapsed = Decaying.elapsed(seen, tick);
            float keep = nanos > average ? 0 : succeeded ? Decaying.factor(elapsed) : 1;
            // A peak counts from now on, even if what it replaces is so old that its time has wrapped and seems to lie
            // ahead.
            updated = Decaying.pack(average * keep + nanos * (1 - keep), keep == 0 ? tick : (int) seen + elapsed);
        } while (updated != seen && !LATENCY.compareAndSet(this, seen, updated));
    }

    void observeOutcome(Outcome outcome, int tick) {
        float step = outcome == Outcome.OVERLOADED ? OVERLOAD_STEP : FAILURE_STEP;
        float failed = outcome == Outcome.SUCCEEDED ? 0 : 1;
        while (true) {
            long seen = failureShare;
            float share = Decaying.valueAt(seen, tick);
            float updated = share + (failed - share) * step;
            if (FAILURES.compareAndSet(this, seen, updated < 0.001f ? 0 : Decaying.pack(updated, tick))) {
                return;
            }
        }
    }

    void count(Outcome outcome) {}

    void took(long nanos) {}

    int failuresInARow() {
        return 0;
    }

    /** What a policy has on the instance, under the lock of {@link Outliers}; only where outcomes are counted. */
    OutlierRecord outlier(OutlierEjection policy, long nowNanos) {
        throw new IllegalStateException("outcomes are not counted");
    }

    /** How long ago the instance came up; without limit if it was there when the selector first saw any. */
    long ageNanos(long nowNanos) {
        return Long.MAX_VALUE;
    }

    /** Whether the instance came up at this time or later. */
    boolean cameUpSince(long nanos) {
        return false;
    }

    void cameUp(long nowNanos) {}
}
