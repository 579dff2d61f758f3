package dev.rollcall.spi;

import dev.rollcall.Instance;

/** One thing that happened to a service's instances. Immutable. */
public sealed interface Change {

    /** The id of the instance that it happened to. */
    String id();

    /** The instance was added, or its data replaced. */
    record Put(Instance instance) implements Change {
        @Override
        public String id() {
            return instance.id();
        }
    }

    /**
     * The entry is gone.
     *
     * @param onPurpose whether the store shows that its owner deleted it, rather than that its lease or session ended; false if
     *     unknown. An instance last seen draining counts as removed on purpose either way
     */
    record Removed(String id, boolean onPurpose) implements Change {}
}
