package dev.rollcall.internal;

import dev.rollcall.Instance;
import dev.rollcall.Status;

/**
 * What the store should hold for one registration. Immutable; the next one is made from it and set by compare-and-set.
 *
 * @param version 1 for the first, one more for each update
 * @param outcome completes when this version or a later one is stored
 * @param taken whether it is being written, so that a later update needs an outcome of its own
 * @param leaving whether it is final
 */
record Wanted(Instance instance, long version, Outcome outcome, boolean taken, boolean leaving) {

    static Wanted first(Instance instance) {
        return new Wanted(instance, 1, new Outcome(), false, false);
    }

    Wanted updated(Instance instance) {
        return new Wanted(instance, version + 1, taken ? new Outcome() : outcome, false, false);
    }

    Wanted take() {
        return new Wanted(instance, version, outcome, true, leaving);
    }

    /** The last version: as it is, but not up. */
    Wanted leave() {
        if (leaving) {
            return this;
        }
        Instance last = instance.status() == Status.UP ? instance.withStatus(Status.DRAINING) : instance;
        return new Wanted(last, version + 1, taken ? new Outcome() : outcome, false, true);
    }
}
