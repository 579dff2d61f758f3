package dev.rollcall.memory;

import dev.rollcall.memory.StoreEvent.Kind;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The leases that keep entries alive, and what each keeps. Guarded by the store's lock. */
final class Leases {
    private final StoreClock clock;
    private final KeySpace keys;
    private final LongConsumer onEnd;
    private final Map<Long, Lease> live = new TreeMap<>();
    /** Never starts again, so that no two leases have the same number, not even in two incarnations of the store. */
    private long last;

    private static final class Lease {
        final String owner;
        final long ttlNanos;
        final Set<Key> kept = new LinkedHashSet<>();
        long deadlineNanos;

        Lease(String owner, long ttlNanos) {
            this.owner = owner;
            this.ttlNanos = ttlNanos;
        }
    }

    private record Key(String service, String id) {
        static Key of(StoreEntry entry) {
            return new Key(entry.service(), entry.id());
        }
    }

    /** @param onEnd is told the number of each lease that ends */
    Leases(StoreClock clock, KeySpace keys, LongConsumer onEnd) {
        this.clock = clock;
        this.keys = keys;
        this.onEnd = onEnd;
    }

    /** A new lease that ends after the TTL unless renewed. */
    long grant(String owner, Duration ttl) {
        Lease lease = new Lease(owner, ttl.toNanos());
        lease.deadlineNanos = clock.nanoTime() + lease.ttlNanos;
        live.put(++last, lease);
        return last;
    }

    /** Starts the lease's TTL again; false if there is no such lease any more. */
    boolean renew(long id) {
        Lease lease = live.get(id);
        if (lease != null) {
            lease.deadlineNanos = clock.nanoTime() + lease.ttlNanos;
        }
        return lease != null;
    }

    boolean isLive(long id) {
        return live.containsKey(id);
    }

    /** Makes an entry's life depend on its lease instead of on the one of the entry that it replaced. */
    void attach(@Nullable StoreEntry replaced, StoreEntry entry) {
        detach(replaced);
        Lease lease = live.get(entry.lease());
        if (lease != null) {
            lease.kept.add(Key.of(entry));
        }
    }

    void detach(@Nullable StoreEntry entry) {
        Lease lease = entry == null ? null : live.get(entry.lease());
        if (entry != null && lease != null) {
            lease.kept.remove(Key.of(entry));
        }
    }

    /** Ends every lease of the owners that match, and removes what they keep. */
    void end(Predicate<String> owners) {
        endThose(lease -> owners.test(lease.owner));
    }

    /** Ends the leases whose time is over. */
    void expire() {
        long now = clock.nanoTime();
        endThose(lease -> lease.deadlineNanos - now <= 0);
    }

    /** All leases have their whole TTL before them, as after the start of a store that was down. */
    void startAgain() {
        long now = clock.nanoTime();
        live.values().forEach(lease -> lease.deadlineNanos = now + lease.ttlNanos);
    }

    void wipe() {
        live.clear();
    }

    /** How long until the first lease ends unless renewed, if there is any. */
    OptionalLong nanosToExpiry() {
        long now = clock.nanoTime();
        return live.values().stream()
                .mapToLong(lease -> Math.max(0, lease.deadlineNanos - now))
                .min();
    }

    private void endThose(Predicate<Lease> over) {
        List<Long> ended = live.entrySet().stream()
                .filter(lease -> over.test(lease.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        for (Long id : ended) {
            Lease lease = live.remove(id);
            if (lease != null) {
                lease.kept.forEach(key -> keys.remove(key.service(), key.id(), Kind.EXPIRED));
                onEnd.accept(id);
            }
        }
    }
}
