package dev.rollcall.balance;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Snapshot;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Chooses instances of one service, as its balancer does, and follows the service's snapshots. Safe for use by many
 * threads.
 *
 * <p>Picks neither block nor lock. With balancers that need no {@linkplain Statistic statistics} they allocate nothing.
 * The pick that first sees a new snapshot makes the picker for it, in time linear in the number of instances (n log n
 * for consistent hashing and subsets) while other threads go on with the former one. Statistics are kept by instance id
 * as long as the id is known, whatever else changes about it.
 */
public interface Selector {

    /**
     * A selector over a source of snapshots.
     *
     * @param source the current snapshot; read at each pick, so cheap
     * @param nanoClock monotonic time in nanoseconds
     */
    static Selector of(Supplier<Snapshot> source, LoadBalancer balancer, LongSupplier nanoClock) {
        return of(source, balancer, nanoClock, Randomness::ofThread);
    }

    /**
     * As {@link #of(Supplier, LoadBalancer, LongSupplier)}, with a source of randomness, so that a run can be repeated.
     *
     * @param random 64 random bits a call; called by many threads at once
     */
    static Selector of(Supplier<Snapshot> source, LoadBalancer balancer, LongSupplier nanoClock, LongSupplier random) {
        requireNonNull(source, "source");
        requireNonNull(nanoClock, "nanoClock");
        requireNonNull(random, "random");
        Set<Statistic> needs = Set.copyOf(balancer.needs());
        Meter meter = new Meter(needs, nanoClock);
        return needs.isEmpty()
                ? new PlainSelector(source, balancer, meter, random)
                : new TrackedSelector(source, balancer, meter, random);
    }

    /**
     * Chooses an instance. A balancer that goes by keys takes a random one.
     *
     * @throws NoInstanceException if there is nobody to choose; the message says why
     */
    Pick pick();

    /**
     * Chooses an instance for a key, such as a user's or a session's name: the same one for the same key, with
     * balancers that go by keys. Takes time linear in the key's length.
     *
     * @throws NoInstanceException if there is nobody to choose; the message says why
     */
    Pick pick(String key);

    /**
     * Chooses an instance other than those tried already, if possible one that the store still has
     * ({@link Candidate#held()}).
     *
     * @param triedIds ids of the instances tried
     * @throws NoInstanceException if there is nobody else
     */
    Pick pickExcept(Set<String> triedIds);

    /**
     * As {@link #pickExcept(Set)} for a key: the same one for the same key and the same tried instances, as far as
     * the balancer goes by keys.
     *
     * @param triedIds ids of the instances tried
     * @throws NoInstanceException if there is nobody else
     */
    Pick pickExcept(Set<String> triedIds, String key);

    /**
     * Makes a pick that does not count, and says how it came about. Makes a picker of its own, so it is for people, not
     * for each call.
     */
    Explanation explain();

    /** As {@link #explain()}, for a key. */
    Explanation explain(String key);
}
