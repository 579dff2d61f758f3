package dev.rollcall.balance;

import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** Takes the measurements that a selector's balancer needs. */
final class Meter {
    private final LongSupplier nanoClock;
    private final boolean tracking;
    private final boolean counting;
    private final boolean timing;
    private final LongAdder totalInFlight = new LongAdder();
    private volatile int tick;

    Meter(Set<Statistic> needs, LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.tracking = !needs.isEmpty();
        this.counting = needs.contains(Statistic.TOTAL_IN_FLIGHT);
        this.timing = needs.contains(Statistic.LATENCY);
        this.tick = Decaying.tick(nanoClock.getAsLong());
    }

    boolean tracking() {
        return tracking;
    }

    long now() {
        return nanoClock.getAsLong();
    }

    /** The time in {@linkplain Decaying ticks} at the latest pick or report that read the clock. */
    int lastTick() {
        return tick;
    }

    long totalInFlight() {
        return totalInFlight.sum();
    }

    Tracker newTracker() {
        return tracking ? new Tracker() : Tracker.NONE;
    }

    /** The time at a pick, or 0 where latency is not measured: the clock is half of such a pick's price. */
    long start() {
        return timing ? clock() : 0;
    }

    TrackedPick begin(Node node, long startNanos) {
        node.tracker().begin();
        if (counting) {
            totalInFlight.increment();
        }
        return new TrackedPick(this, node, startNanos);
    }

    void end(Tracker tracker, long startNanos, Outcome outcome) {
        tracker.end();
        if (counting) {
            totalInFlight.decrement();
        }
        long now = 0;
        if (timing) {
            now = clock();
            tracker.observeLatency(Math.max(1, now - startNanos), outcome, Decaying.tick(now));
        }
        boolean failed = outcome == Outcome.FAILED || outcome == Outcome.OVERLOADED;
        if (failed || (outcome == Outcome.SUCCEEDED && tracker.failures() != 0)) {
            tracker.observeOutcome(outcome, Decaying.tick(timing ? now : clock()));
        }
    }

    private long clock() {
        long now = nanoClock.getAsLong();
        int current = Decaying.tick(now);
        if (tick != current) {
            tick = current;
        }
        return now;
    }
}
