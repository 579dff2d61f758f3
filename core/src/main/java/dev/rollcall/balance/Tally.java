package dev.rollcall.balance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How one instance's calls went since it is known; wraps around. Readers take differences.
 *
 * <p>Design note: successes are the upper half of one long and failures the lower, so that a report costs one atomic
 * addition. Once in 2^32 failures the carry adds a success.
 */
final class Tally {
    private static final long ONE_SUCCESS = 1L << 32;
    private static final VarHandle OUTCOMES;
    private static final VarHandle IN_A_ROW;
    private static final VarHandle TIMED;
    private static final VarHandle TIMED_NANOS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            OUTCOMES = lookup.findVarHandle(Tally.class, "outcomes", long.class);
            IN_A_ROW = lookup.findVarHandle(Tally.class, "failuresInARow", int.class);
            TIMED = lookup.findVarHandle(Tally.class, "timed", int.class);
            TIMED_NANOS = lookup.findVarHandle(Tally.class, "timedNanos", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private volatile long outcomes;
    private volatile int failuresInARow;
    private volatile int timed;
    private volatile long timedNanos;

    void succeeded() {
        OUTCOMES.getAndAdd(this, ONE_SUCCESS);
        if (failuresInARow != 0) {
            failuresInARow = 0;
        }
    }

    void failed() {
        OUTCOMES.getAndAdd(this, 1L);
        IN_A_ROW.getAndAdd(this, 1);
    }

    void took(long nanos) {
        TIMED.getAndAdd(this, 1);
        TIMED_NANOS.getAndAdd(this, nanos);
    }

    int failuresInARow() {
        return failuresInARow;
    }

    void forgiveFailuresInARow() {
        failuresInARow = 0;
    }

    /** What it stands at now. */
    Mark read() {
        return new Mark(outcomes, timed, timedNanos);
    }

    /** A tally at one moment. */
    record Mark(long outcomes, int timed, long timedNanos) {

        /** What was added since an earlier mark. */
        Counts since(Mark earlier) {
            long added = outcomes - earlier.outcomes;
            return new Counts(
                    (int) (added >>> 32), (int) added, timed - earlier.timed, timedNanos - earlier.timedNanos);
        }
    }

    /** The calls of an interval. */
    record Counts(int successes, int failures, int timed, long timedNanos) {
        int calls() {
            return successes + failures;
        }

        double successRate() {
            return (double) successes / calls();
        }

        double averageNanos() {
            return (double) timedNanos / timed;
        }
    }
}
