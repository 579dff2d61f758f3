package dev.rollcall.balance;

import dev.rollcall.Instance;
import java.time.Duration;

/**
 * An instance in one snapshot. Immutable but for the statistics of a {@link TrackedNode}.
 *
 * <p>Design note: a pick out of thousands takes as long as memory takes to deliver a node, so there are two kinds, each with
 * no more than its selector needs: 16 bytes with the object's header where nothing is measured, and 24 where something is.
 */
abstract sealed class Node implements Candidate permits PlainNode, TrackedNode {
    private final Instance instance;

    Node(Instance instance) {
        this.instance = instance;
    }

    static Node of(Instance instance, boolean held, Tracker tracker) {
        if (tracker != Tracker.NONE) {
            return new TrackedNode(instance, held, tracker);
        }
        return held ? new PlainNode.Held(instance) : new PlainNode(instance);
    }

    @Override
    public final Instance instance() {
        return instance;
    }

    /** How much one call loads the instance: the reciprocal of its weight, 1 if that is 0. */
    abstract float burden();

    static float burden(Instance instance) {
        return 1f / Math.max(1, instance.weight());
    }

    /** What is measured about the instance, {@link Tracker#NONE} if nothing is. */
    abstract Tracker tracker();

    @Override
    public final int inFlight() {
        return tracker().inFlight();
    }

    @Override
    public final Duration latency() {
        return Duration.ofNanos((long) Decaying.value(tracker().latency()));
    }

    @Override
    public final double failureShare() {
        return Decaying.value(tracker().failures());
    }

    @Override
    public final String toString() {
        return instance.toString();
    }
}
