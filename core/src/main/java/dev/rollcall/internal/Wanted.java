package dev.rollcall.internal;

import dev.rollcall.Instance;
import dev.rollcall.Status;

/**
 * What the store should hold for one registration. Immutable; the next one is made from it and set by compare-and-set.
 *
 * @param instance as its owner wants it
 * @param failing whether its health keeps it out of service
 * @param version 1 for the first, one more for each update
 * @param outcome completes when this version or a later one is stored
 * @param taken whether it is being written, so that a later update needs an outcome of its own
 * @param leaving whether it is final
 */
record Wanted(Instance instance, boolean failing, long version, Outcome outcome, boolean taken, boolean leaving) {

    static Wanted first(Instance instance, boolean failing) {
        return new Wanted(instance, failing, 1, new Outcome(), false, false);
    }

    /** The instance as others are to see it. What its owner says about its status wins over its health. */
    Instance published() {
        return failing && instance.status() == Status.UP ? instance.withStatus(Status.OUT_OF_SERVICE) : instance;
    }

    /** @throws IllegalArgumentException if it would be another instance */
    Wanted updated(Instance changed) {
        if (!changed.service().equals(instance.service()) || !changed.id().equals(instance.id())) {
            throw new IllegalArgumentException("update of " + instance.service() + "/" + instance.id() + " makes it "
                    + changed.service() + "/" + changed.id()
                    + " (expected: the same service and id; register another instance instead)");
        }
        return next(changed, failing, false);
    }

    /** The same with another verdict on its health; a new version only if others see a difference. */
    Wanted judged(boolean failing) {
        if (leaving || failing == this.failing) {
            return this;
        }
        return instance.status() == Status.UP
                ? next(instance, failing, false)
                : new Wanted(instance, failing, version, outcome, taken, false);
    }

    Wanted take() {
        return new Wanted(instance, failing, version, outcome, true, leaving);
    }

    /** The last version: as it is, but not up. */
    Wanted leave() {
        if (leaving) {
            return this;
        }
        Instance last = instance.status() == Status.UP ? instance.withStatus(Status.DRAINING) : instance;
        return next(last, failing, true);
    }

    private Wanted next(Instance instance, boolean failing, boolean leaving) {
        return new Wanted(instance, failing, version + 1, taken ? new Outcome() : outcome, false, leaving);
    }
}
