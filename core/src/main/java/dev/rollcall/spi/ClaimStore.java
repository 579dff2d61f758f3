package dev.rollcall.spi;

/**
 * What one process at a time may have, in a backend's store: leaderships and locks, which to the store are the same. Who wants it claims it under the
 * backend's own lease or session, and stands in a line; the first in the line has it. The rules of {@link Backend} apply.
 *
 * <p><b>Fencing.</b> Each claim that comes to be the first has a token, and the tokens of one name grow strictly, for as long as the store keeps its data,
 * across releases, crashes and restarts.
 *
 * <p><b>One at a time.</b> A backend doesn't give the same name to two claims, other than by a store that takes it away without being asked to (somebody
 * deletes the entry or ends the lease by hand); {@link Claim#confirmedUntilNanos} says how long one may rely on that without asking.
 *
 * <p>Names are those that {@link dev.rollcall.coordination.LeaderElection} and {@link dev.rollcall.coordination.DistributedLock} make: two visible names joined by one slash, the first
 * {@code elections} or {@code locks}. They stand apart from services and configuration.
 */
public interface ClaimStore {

    /** The longest data of a claim, in bytes of UTF-8. */
    int MAX_DATA_BYTES = 4_096;

    /**
     * Joins the line, at its end. No two open claims of a backend have the same name: the core claims again only when the one before is released.
     *
     * @param data for those who watch
     * @param listener is told where the claim stands
     */
    Claim claim(String name, String data, ClaimListener listener);

    /** Follows who is the first in a line, until the watch is closed. Nobody need be in it. */
    Backend.Watch watch(String name, ClaimSink sink);
}
