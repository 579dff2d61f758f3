package dev.rollcall.balance;

import dev.rollcall.Instance;
import java.time.Duration;

/**
 * An instance in one snapshot, with the statistics that outlive it. It is also the pick itself where no reports are
 * wanted, which is why plain picks allocate nothing and need no state of their own.
 */
final class Node implements Candidate, Pick {
    private final Instance instance;
    private final Tracker tracker;
    /** At least 1, and negative if the instance is held: so an object of 24 bytes has all of it. */
    private final float signedWeight;

    Node(Instance instance, boolean held, Tracker tracker) {
        this.instance = instance;
        this.tracker = tracker;
        this.signedWeight = Math.max(1, instance.weight()) * (held ? -1 : 1);
    }

    @Override
    public Instance instance() {
        return instance;
    }

    @Override
    public boolean held() {
        return signedWeight < 0;
    }

    /** The instance's weight, 1 if that is 0. */
    float weight() {
        return Math.abs(signedWeight);
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
