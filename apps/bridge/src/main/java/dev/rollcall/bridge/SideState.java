package dev.rollcall.bridge;

import dev.rollcall.StoreException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one end of a bridge. Immutable.
 *
 * @param known whether every service that is followed there has been heard of at least once
 * @param services how many services are followed
 * @param instances how many instances they have
 * @param held how many of these have vanished from the store and are kept for a while; see {@link dev.rollcall.LossProtection}
 * @param undecodable how many of their entries are no instances
 * @param since since when it isn't heard; null while it is
 * @param cause why it isn't heard; null while it is
 */
public record SideState(
        boolean known,
        int services,
        int instances,
        int held,
        long undecodable,
        @Nullable Instant since,
        @Nullable StoreException cause) {

    /** Whether what is known is the registry's latest, as far as can be told. */
    public boolean fresh() {
        return known && cause == null;
    }
}
