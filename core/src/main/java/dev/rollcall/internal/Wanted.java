package dev.rollcall.internal;

import dev.rollcall.Instance;
import dev.rollcall.InstanceOverride;
import dev.rollcall.Status;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the store should hold for one registration. Immutable; the next one is made from it and set by compare-and-set.
 *
 * @param instance as its owner wants it
 * @param failing whether its health keeps it out of service
 * @param override what an operator asks of it
 * @param version 1 for the first, one more for each update
 * @param outcome completes when this version or a later one is stored
 * @param taken whether it is being written, so that a later update needs an outcome of its own
 * @param leaving whether it is final
 */
record Wanted(
        Instance instance,
        boolean failing,
        @Nullable InstanceOverride override,
        long version,
        Outcome outcome,
        boolean taken,
        boolean leaving) {

    static Wanted first(Instance instance, boolean failing) {
        return new Wanted(instance, failing, null, 1, new Outcome(), false, false);
    }

    /**
     * The instance as others are to see it. What its owner says about its status, unless that is UP, wins over what an operator asks, and that
     * over its health.
     */
    Instance published() {
        Instance overridden = override == null ? instance : override.applyTo(instance);
        return failing && overridden.status() == Status.UP ? overridden.withStatus(Status.OUT_OF_SERVICE) : overridden;
    }

    /** @throws IllegalArgumentException if it would be another instance */
    Wanted updated(Instance changed) {
        if (!changed.service().equals(instance.service()) || !changed.id().equals(instance.id())) {
            throw new IllegalArgumentException("update of " + instance.service() + "/" + instance.id() + " makes it "
                    + changed.service() + "/" + changed.id()
                    + " (expected: the same service and id; register another instance instead)");
        }
        return next(changed, false);
    }

    /** The same with another verdict on its health; a new version only if others see a difference. */
    Wanted judged(boolean failing) {
        if (leaving || failing == this.failing) {
            return this;
        }
        return unlessTheSame(new Wanted(instance, failing, override, version, outcome, taken, false));
    }

    /** The same under another override, or none; a new version only if others see a difference. */
    Wanted overridden(@Nullable InstanceOverride override) {
        if (leaving || Objects.equals(override, this.override)) {
            return this;
        }
        return unlessTheSame(new Wanted(instance, failing, override, version, outcome, taken, false));
    }

    Wanted take() {
        return new Wanted(instance, failing, override, version, outcome, true, leaving);
    }

    /** The last version: as it is, but not up. */
    Wanted leave() {
        if (leaving) {
            return this;
        }
        Instance last = instance.status() == Status.UP ? instance.withStatus(Status.DRAINING) : instance;
        return next(last, true);
    }

    private Wanted unlessTheSame(Wanted changed) {
        return changed.published().equals(published()) ? changed : changed.next(instance, false);
    }

    private Wanted next(Instance instance, boolean leaving) {
        return new Wanted(instance, failing, override, version + 1, taken ? new Outcome() : outcome, false, leaving);
    }
}
