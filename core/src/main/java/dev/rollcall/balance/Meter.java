package dev.rollcall.balance;

import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * Takes the measurements that a selector's balancer needs.
 *
 * <p>Design note: two looks at the clock are most of what a timed pick costs. So where a thread's picks follow each other
 * within {@value #BUSY_NANOS} ns, as only those of threads do that don't wait for the answers, one in sixteen is timed.
 */
final class Meter {
    private static final long BUSY_NANOS = 50_000;
    private static final int UNTIMED_IF_BUSY = 15;

    private final LongSupplier nanoClock;
    private final boolean tracking;
    private final boolean counting;
    private final boolean timing;
    private final boolean tallying;
    private final boolean longTerm;
    private final Outliers outliers = new Outliers();
    /** For each stripe how many more picks were begun than ended; no adder, see {@link TrackedPick}. */
    private final AtomicLongArray inFlight = new AtomicLongArray(Stripes.newArray());
    /** For each stripe how many picks are not to be timed, and then when the last one was that was. */
    private final long[] untimed = Stripes.newArray();

    /** Not volatile: whoever reads an old one is off by a moment. */
    private int tick;

    Meter(Set<Statistic> needs, LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.tracking = !needs.isEmpty();
        this.counting = needs.contains(Statistic.TOTAL_IN_FLIGHT);
        this.timing = needs.contains(Statistic.LATENCY);
        this.tallying = needs.contains(Statistic.OUTCOMES) && timing;
        this.longTerm = tallying || needs.contains(Statistic.AGE);
        this.tick = Decaying.tick(nanoClock.getAsLong());
    }

    boolean tracking() {
        return tracking;
    }

    /** Whether every outcome is counted. */
    boolean tallying() {
        return tallying;
    }

    Outliers outliers() {
        return outliers;
    }

    long now() {
        return nanoClock.getAsLong();
    }

    /** The time in {@linkplain Decaying ticks} at the latest pick or report that read the clock. */
    int lastTick() {
        return tick;
    }

    long totalInFlight() {
        long total = 0;
        for (int stripe = 0; stripe < Stripes.count(); stripe++) {
            total += inFlight.get(Stripes.slotOf(stripe));
        }
        return total;
    }

    Tracker newTracker() {
        if (longTerm) {
            return new LongTermTracker(tallying ? new Tally() : null);
        }
        return tracking ? new Tracker() : Tracker.NONE;
    }

    /** The time at a pick, or 0 where it is not to be timed. */
    long start() {
        if (!timing) {
            return 0;
        }
        int slot = Stripes.slot();
        long left = untimed[slot];
        if (left > 0) {
            untimed[slot] = left - 1;
            return 0;
        }
        return timedStart(slot);
    }

    private long timedStart(int slot) {
        long now = clock();
        untimed[slot] = now - untimed[slot + 1] < BUSY_NANOS ? UNTIMED_IF_BUSY : 0;
        untimed[slot + 1] = now;
        return now;
    }

    TrackedPick begin(TrackedNode node, long startNanos) {
        node.tracker().begin();
        if (counting) {
            inFlight.getAndIncrement(Stripes.slot());
        }
        return new TrackedPick(this, node, startNanos);
    }

    void end(Tracker tracker, long startNanos, Outcome outcome) {
        tracker.end();
        if (counting) {
            inFlight.getAndDecrement(Stripes.slot());
        }
        if (startNanos != 0) {
            long now = clock();
            long nanos = Math.max(1, now - startNanos);
            tracker.observeLatency(nanos, outcome, Decaying.tick(now));
            if (tallying && outcome == Outcome.SUCCEEDED) {
                tracker.took(nanos);
            }
        }
        if (tallying) {
            tracker.count(outcome);
        }
        if (outcome != Outcome.SUCCEEDED || tracker.failures() != 0) {
            observeOutcome(tracker, outcome);
        }
    }

    private void observeOutcome(Tracker tracker, Outcome outcome) {
        if (outcome != Outcome.CANCELLED) {
            tracker.observeOutcome(outcome, Decaying.tick(clock()));
        }
    }

    private long clock() {
        long now = nanoClock.getAsLong();
        int current = Decaying.tick(now);
        if (tick != current) {
            tick = current;
        }
        return now == 0 ? 1 : now;
    }
}
