package dev.rollcall.spi;

import dev.rollcall.StoreException;

/** How a backend tells the core where a claim stands. Calls of one claim are serial; the rules of {@link Backend} apply. */
public interface ClaimListener {

    /** The claim is in the line, behind another. May be repeated. */
    void waiting();

    /**
     * The claim is the first in the line, as confirmed by the store within the time that {@link Claim#confirmedUntilNanos} says. May be repeated, always
     * with the same token; in particular when it is confirmed again after a doubt.
     *
     * @param token above zero, and above those of all claims of this name that were the first before it
     */
    void held(long token);

    /** The store can't be heard, so that {@link Claim#confirmedUntilNanos} isn't extended at present; the claim may still stand. May be repeated. */
    void interrupted(StoreException cause);

    /**
     * The claim isn't in the line, or must be taken not to be: refused, not answered, deleted by somebody, its lease or session over. Nothing is told
     * after this. The core {@linkplain Claim#release releases} it and claims anew, after a pause.
     */
    void lost(StoreException cause);
}
