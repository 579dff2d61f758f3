package dev.rollcall.coordination;

import dev.rollcall.StoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A lock that one process at a time holds, among all that use the same name on the same registry, under the lease or session that also keeps registrations
 * alive. First come, first served, as far as the store keeps a line (etcd and ZooKeeper do, Consul doesn't). Not reentrant: each acquisition is one of its own, and those of one client wait for each
 * other too. Safe for use by many threads; costs nothing until it is used.
 *
 * <p>What a holder may rely on is what a leader may, see {@link LeaderElection}: what the lock protects should refuse tokens lower than it has seen.
 *
 * <pre>{@code
 * DistributedLock lock = rollcall.lock("invoices");
 * try (LockHold hold = lock.acquire(Duration.ofSeconds(10))) {
 *     invoices.write(month, hold.token());
 * }
 * }</pre>
 */
public interface DistributedLock {

    /** How many locks may be waited for or held, and elections be campaigned in, by one client at a time. */
    int MAX_OPEN = 10_000;

    /** The name, as it was asked for. */
    String name();

    /**
     * Waits until the lock is ours.
     *
     * @param atMost how long to wait; zero or more
     * @throws StoreException of kind {@link StoreException.Kind#TIMEOUT} if others have it, or of another kind if the store stood in the way
     * @throws IllegalStateException if the client is closed, or {@value #MAX_OPEN} are waited for or held
     */
    LockHold acquire(Duration atMost) throws InterruptedException;

    /** As {@link #acquire}, without waiting. Cancelling the future gives up the attempt. It completes on threads that may run users' code. */
    CompletableFuture<LockHold> acquireAsync(Duration atMost);

    /**
     * Takes the lock if nobody has it or stands in the line; waits for the store's answer only, up to the request timeout.
     *
     * @throws StoreException if the store doesn't answer
     * @throws IllegalStateException as {@link #acquire}
     */
    Optional<LockHold> tryAcquire() throws InterruptedException;

    /** As {@link #tryAcquire}, without waiting. */
    CompletableFuture<Optional<LockHold>> tryAcquireAsync();
}
