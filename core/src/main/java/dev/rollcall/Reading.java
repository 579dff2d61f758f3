package dev.rollcall;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a live value at one moment: nothing yet, the store's current value, or the last one known and why it is
 * no newer. An outage is data here, never an exception. Immutable.
 *
 * @param <T> the value's type; an empty list is a value
 */
public sealed interface Reading<T> {

    /** The value, current or not; empty only while nothing is known. */
    Optional<T> value();

    /**
     * Nothing is known yet.
     *
     * @param since when the wait began
     * @param cause what stands in the way, null while nothing has failed
     */
    record Pending<T>(Instant since, @Nullable StoreException cause) implements Reading<T> {
        public Pending {
            requireNonNull(since, "since");
        }

        @Override
        public Optional<T> value() {
            return Optional.empty();
        }
    }

    /**
     * The store's value, kept current by a live watch.
     *
     * @param known the value
     * @param revision the store's own counter (etcd: revision, ZooKeeper: zxid, Consul: index); comparable within one
     *     view only
     */
    record Fresh<T>(T known, long revision) implements Reading<T> {
        public Fresh {
            requireNonNull(known, "known");
        }

        @Override
        public Optional<T> value() {
            return Optional.of(known);
        }
    }

    /**
     * The last value known, while the store can't be asked for a newer one.
     *
     * @param known the last value
     * @param revision the last value's revision
     * @param since when the value was last known to be current
     * @param cause what stands in the way
     */
    record Stale<T>(T known, long revision, Instant since, StoreException cause) implements Reading<T> {
        public Stale {
            requireNonNull(known, "known");
            requireNonNull(since, "since");
            requireNonNull(cause, "cause");
        }

        @Override
        public Optional<T> value() {
            return Optional.of(known);
        }
    }
}
