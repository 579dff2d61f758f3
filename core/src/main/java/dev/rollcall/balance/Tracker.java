package dev.rollcall.balance;

import static java.util.Objects.requireNonNull;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is measured about one instance id. It outlives snapshots: as long as the id is known, its figures stay.
 *
 * <p>Design note: a decaying figure is one long, value and time together ({@link Decaying}), so that a report is one
 * compare-and-set and a reader never sees the value of one report with the time of another.
 */
final class Tracker {
    /** Stands in where nothing is measured. */
    static final Tracker NONE = new Tracker(null);

    private static final long FROM_THE_START = Long.MIN_VALUE;
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

    /** Null where outcomes are not counted. */
    private final @Nullable Tally tally;
    /** One for each policy that judges the instance. Guarded by the lock of {@link Outliers}. */
    private final List<OutlierRecord> outliers = new ArrayList<>(0);

    private volatile int inFlight;
    private volatile long latencyNanos;
    private volatile long failureShare;
    private volatile long upSinceNanos = FROM_THE_START;

    Tracker(@Nullable Tally tally) {
        this.tally = tally;
    }

    void count(Outcome outcome) {
        if (tally != null && outcome != Outcome.CANCELLED) {
            if (outcome == Outcome.SUCCEEDED) {
                tally.succeeded();
            } else {
                tally.failed();
            }
        }
    }

    void took(long nanos) {
        if (tally != null) {
            tally.took(nanos);
        }
    }

    int failuresInARow() {
        return tally == null ? 0 : tally.failuresInARow();
    }

    /** What a policy has on the instance, under the lock of {@link Outliers}; only where outcomes are counted. */
    OutlierRecord outlier(OutlierEjection policy, long nowNanos) {
        for (OutlierRecord record : outliers) {
            if (record.policy() == policy) {
                return record;
            }
        }
        OutlierRecord added = new OutlierRecord(policy, requireNonNull(tally, "tally"), nowNanos);
        outliers.add(added);
        return added;
    }

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
     */
    void observeLatency(long nanos, Outcome outcome, int tick) {
        long seen = latencyNanos;
        float average = Decaying.value(seen);
        int elapsed = Decaying.elapsed(seen, tick);
        float updated = average;
        if (outcome == Outcome.SUCCEEDED && nanos < average) {
            float keep = Decaying.factor(elapsed);
            updated = average * keep + nanos * (1 - keep);
        } else if (nanos > average && (seen != 0 || outcome == Outcome.SUCCEEDED)) {
            updated = nanos;
        } else if (outcome == Outcome.CANCELLED || seen == 0) {
            return;
        }
        boolean unchanged = updated == average && elapsed == 0;
        if (!unchanged && !LATENCY.compareAndSet(this, seen, Decaying.pack(updated, tick))) {
            observeLatency(nanos, outcome, tick);
        }
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

    /** How long ago the instance came up; without limit if it was there when the selector first saw any. */
    long ageNanos(long nowNanos) {
        long since = upSinceNanos;
        return since == FROM_THE_START ? Long.MAX_VALUE : nowNanos - since;
    }

    /** Whether the instance came up at this time or later. */
    boolean cameUpSince(long nanos) {
        long since = upSinceNanos;
        return since != FROM_THE_START && since - nanos >= 0;
    }

    void cameUp(long nowNanos) {
        upSinceNanos = nowNanos == FROM_THE_START ? nowNanos + 1 : nowNanos;
    }
}
