package dev.rollcall.coordination;

import dev.rollcall.Live;
import java.util.Optional;

/**
 * Makes one process at a time the leader of something, among all that campaign for the same name on the same registry, under the lease or session that
 * also keeps registrations alive. Safe for use by many threads; costs nothing until it is used.
 *
 * <p><b>What it promises.</b> While the store keeps its data, it counts no two candidates as leader at the same time, and a candidate stops calling itself
 * leader before the store can make another one: at the latest when its lease or session was not confirmed for its TTL less a safety margin of a tenth,
 * by the monotonic clock. When a leader resigns or closes, the next one leads at once; when it dies, within the TTL.
 *
 * <p><b>What no election can promise.</b> A process that stands still between asking {@link Candidacy#isLeading} and acting on it (a long garbage collection, a
 * suspended machine) acts when another leads already. So whatever the leader writes to should refuse what comes with a lower {@linkplain
 * Candidacy#token token} than it has seen: tokens grow strictly from leader to leader. See Martin Kleppmann, How to do distributed locking (2016).
 */
public interface LeaderElection {

    /** The name, as it was asked for. */
    String name();

    /**
     * Becomes a candidate, and stays one until the handle, or the client, is closed: it goes back to the end of the line after every loss, for ever, with
     * growing jittered pauses. Returns at once. Several candidates of one client take turns.
     *
     * @param candidate what the others see of this one, such as its address: up to 4,096 bytes in UTF-8
     * @throws IllegalArgumentException if the text is longer, or not what UTF-8 can write
     * @throws IllegalStateException if the client is closed, or has {@value DistributedLock#MAX_OPEN} candidates and waiting locks
     */
    Candidacy campaign(String candidate);

    /** Follows who leads; empty while nobody does. Close it when it is no longer needed. A new leader is seen here about when it learns of it itself. */
    Live<Optional<Leader>> observe();
}
