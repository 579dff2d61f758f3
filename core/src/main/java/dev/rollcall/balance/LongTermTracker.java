package dev.rollcall.balance;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is measured about one instance id where somebody asks for more than picking needs: its age and its outcomes. */
final class LongTermTracker extends Tracker {
    private static final long FROM_THE_START = Long.MIN_VALUE;

    /** Null where outcomes are not counted. */
    private final @Nullable Tally tally;
    /** One for each policy that judges the instance. Guarded by the lock of {@link Outliers}. */
    private final List<OutlierRecord> outliers = new ArrayList<>(0);

    private volatile long upSinceNanos = FROM_THE_START;

    LongTermTracker(@Nullable Tally tally) {
        this.tally = tally;
    }

    @Override
    void count(Outcome outcome) {
        if (tally != null && outcome != Outcome.CANCELLED) {
            if (outcome == Outcome.SUCCEEDED) {
                tally.succeeded();
            } else {
                tally.failed();
            }
        }
    }

    @Override
    void took(long nanos) {
        if (tally != null) {
            tally.took(nanos);
        }
    }

    @Override
    int failuresInARow() {
        return tally == null ? 0 : tally.failuresInARow();
    }

    @Override
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

    @Override
    long ageNanos(long nowNanos) {
        long since = upSinceNanos;
        return since == FROM_THE_START ? Long.MAX_VALUE : nowNanos - since;
    }

    @Override
    boolean cameUpSince(long nanos) {
        long since = upSinceNanos;
        return since != FROM_THE_START && since - nanos >= 0;
    }

    @Override
    void cameUp(long nowNanos) {
        upSinceNanos = nowNanos == FROM_THE_START ? nowNanos + 1 : nowNanos;
    }
}
