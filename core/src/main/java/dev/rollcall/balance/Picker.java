package dev.rollcall.balance;

import org.jspecify.annotations.Nullable;

/**
 * Chooses among the candidates it was made of. Called by many threads at once, so it is immutable, or what it changes
 * may be changed so; a pick should neither block nor allocate.
 */
@FunctionalInterface
public interface Picker {

    /** Chooses one of the candidates, or null if there is none to choose. */
    @Nullable
    Candidate pick();

    /**
     * Chooses one of the candidates for a key, the same one for the same key as far as the balancer goes by keys. By
     * default the key is ignored.
     *
     * @param keyHash 64 well-mixed bits of the key
     */
    default @Nullable Candidate pick(long keyHash) {
        return pick();
    }
}
