package dev.rollcall.balance;

import dev.rollcall.Instance;
import java.time.Duration;

/**
 * An instance in one snapshot, with the statistics that outlive it. It is also the pick itself where no reports are
 * wanted, which is why plain picks allocate nothing and need no state of their own.
 */
final class Node implements Candidate, Pick {
    private final Instance instance;
    private final boolean held;
    private final Tracker tracker;

    Node(Instance instance, boolean held, Tracker tracker) {
        this.instance = instance;
        this.held = held;
        this.tracker = tracker;
    }

    @Override
    public Instance instance() {
        return instance;
    }

    @Override
    public boolean held() {
        return held;
    }

    Tracker tracker() {
        return tracker;
    }

    @Override
    public int inFlight() {
        return tracker.inFlight();
    }

    @Override
    public Duration latency() {
        return Duration.ofNanos((long) Decaying.value(tracker.latency()));
    }

    @Override
    public double failureShare() {
        return Decaying.value(tracker.failures());
    }

    @Override
    public void succeeded() {}

    @Override
    public void failed() {}

    @Override
    public void overloaded() {}

    @Override
    public Pick again() {
        return this;
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
        return instance.toString();
    }
}
