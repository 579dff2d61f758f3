package dev.rollcall.balance;

import dev.rollcall.Instance;

/** A node with statistics, which outlive the snapshot. */
final class TrackedNode extends Node {
    private final Tracker tracker;
    /** The burden, negative if the instance is held: so an object of 24 bytes has all of it. */
    private final float signedBurden;

    TrackedNode(Instance instance, boolean held, Tracker tracker) {
        super(instance);
        this.tracker = tracker;
        this.signedBurden = held ? -burden(instance) : burden(instance);
    }

    @Override
    public boolean held() {
        return signedBurden < 0;
    }

    @Override
    float burden() {
        return Math.abs(signedBurden);
    }

    @Override
    Tracker tracker() {
        return tracker;
    }
}
