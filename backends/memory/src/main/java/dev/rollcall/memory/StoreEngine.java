package dev.rollcall.memory;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import dev.rollcall.memory.StoreEvent.Kind;
import dev.rollcall.spi.ConfigRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the store does for its clients, one request at a time under one lock; followers are told of changes after it is released. Safe
 * for use by many threads.
 */
final class StoreEngine {
    private static final long UNTIL_DELETED = Long.MAX_VALUE;

    private final Object lock = new Object();
    private final StoreClock clock;
    private final KeySpace keys;
    private final Leases leases;
    private final ConfigSpace config = new ConfigSpace();
    private final ClaimSpace claims = new ClaimSpace();
    private final Set<String> connected = new HashSet<>();
    private final Map<Topic, Set<Follower>> followers = new HashMap<>();
    private final Set<Follower> toTell = new LinkedHashSet<>();
    private final Map<String, StoreException.Kind> refusals = new HashMap<>();
    private final List<Consumer<StoreEvent>> observers = new CopyOnWriteArrayList<>();
    private long connections;
    private long timers;
    private long timerDueNanos;
    private boolean timerSet;
    private boolean down;

    StoreEngine(StoreClock clock) {
        this.clock = clock;
        this.keys = new KeySpace(clock, this::changed);
        this.leases = new Leases(clock, keys, this::claimsEnded);
    }

    /** A new name for a client, under which it owns what it writes. */
    String join(String client) {
        return locked(() -> {
            String writer = client + '#' + ++connections;
            connected.add(writer);
            return writer;
        });
    }

    /**
     * Nothing that this client has sent is carried out any more, and it is told nothing more.
     *
     * @param farewell whether the client could say so: its leases end at once
     */
    void leave(String writer, boolean farewell) {
        run(() -> {
            if (connected.remove(writer)) {
                followers.values().removeIf(all -> {
                    all.removeIf(follower -> follower.isOf(writer));
                    return all.isEmpty();
                });
                if (farewell && !down) {
                    leases.end(writer::equals);
                }
            }
        });
    }

    /** Tells a follower whenever something changes, until it or its client leaves. */
    void follow(String writer, Topic topic, Follower follower) {
        run(() -> {
            if (connected.contains(writer)) {
                followers.computeIfAbsent(topic, any -> new LinkedHashSet<>()).add(follower);
            }
        });
    }

    void unfollow(Topic topic, Follower follower) {
        run(() -> followers.computeIfPresent(topic, (any, all) -> {
            all.remove(follower);
            return all.isEmpty() ? null : all;
        }));
    }

    long grant(String writer, Duration ttl) {
        return locked(() -> {
            requireConnected(writer);
            long lease = leases.grant(writer, ttl);
            setTimer();
            return lease;
        });
    }

    /** False if the lease has ended. */
    boolean renew(long lease) {
        return locked(() -> leases.renew(lease));
    }

    boolean isLive(long lease) {
        return locked(() -> leases.isLive(lease));
    }

    /** Writes an entry in place of whatever is there. */
    void put(String writer, long lease, Instance instance) {
        run(() -> {
            requireConnected(writer);
            StoreException.Kind refusal = refusals.get(instance.service());
            if (refusal != null) {
                throw new StoreException(
                        refusal,
                        instance.service() + '/' + instance.id() + ": the store refuses it (expected: an entry of a"
                                + " service that it was not told to refuse); it is tried again, slowly");
            }
            if (!leases.isLive(lease)) {
                throw new StoreException(
                        StoreException.Kind.LEASE_LOST,
                        instance.service() + '/' + instance.id() + ": its lease ended before it was written;"
                                + " it is written again under a new one");
            }
            store(instance.service(), instance.id(), Optional.of(instance), writer, lease);
        });
    }

    /** Writes an entry again, if this client wrote it. */
    void rewrite(String writer, Instance instance) {
        run(() -> {
            requireConnected(writer);
            StoreEntry entry = keys.find(instance.service(), instance.id());
            if (entry != null && entry.writer().equals(writer)) {
                store(instance.service(), instance.id(), Optional.of(instance), writer, entry.lease());
            }
        });
    }

    /** Removes an entry, if this client wrote it. */
    void remove(String writer, String service, String id) {
        run(() -> {
            requireConnected(writer);
            StoreEntry entry = keys.find(service, id);
            if (entry != null && entry.writer().equals(writer)) {
                leases.detach(keys.remove(service, id, Kind.REMOVED));
            }
        });
    }

    /** Writes an entry that no client of this store owns; with a lease that never ends, as if its owner lived elsewhere, or none. */
    void putForeign(String service, String id, Optional<Instance> instance, boolean leased) {
        run(() -> store(service, id, instance, "", leased ? UNTIL_DELETED : 0));
    }

    /** Removes an entry, whoever wrote it. */
    void delete(String service, String id) {
        run(() -> leases.detach(keys.remove(service, id, Kind.DELETED)));
    }

    Optional<StoreEntry> find(String service, String id) {
        return locked(() -> Optional.ofNullable(keys.find(service, id)));
    }

    /** Calls a function with the store's content while nothing else happens in it. */
    <T> T read(Function<KeySpace, T> question) {
        return locked(() -> question.apply(keys));
    }

    ConfigSpace.Content readConfig(ConfigRange range) {
        return locked(() -> config.read(range));
    }

    /** Writes a key of the configuration; the revision of what was written. */
    long writeConfig(String key, byte[] value, long expectedRevision) {
        return locked(() -> {
            long revision = config.write(key, value, expectedRevision);
            tell(Topic.CONFIG);
            return revision;
        });
    }

    /** Deletes a key of the configuration; false if nothing was there. */
    boolean deleteConfig(String key, long expectedRevision) {
        return locked(() -> {
            boolean deleted = config.delete(key, expectedRevision);
            tell(Topic.CONFIG);
            return deleted;
        });
    }

    /** Joins a line. */
    void claim(String writer, long lease, String name, String id, String data) {
        run(() -> {
            requireConnected(writer);
            if (!leases.isLive(lease)) {
                throw new StoreException(
                        StoreException.Kind.LEASE_LOST, name + ": the lease ended before it was claimed");
            }
            claims.join(name, id, data, lease);
            tell(Topic.claim(name));
        });
    }

    /** Leaves a line, if it is in it. */
    void release(String writer, String name, String id) {
        run(() -> {
            requireConnected(writer);
            claims.leave(name, id);
            tell(Topic.claim(name));
        });
    }

    /** Deletes the first claim in a line, whoever's it is. */
    void deleteFirstClaim(String name) {
        run(() -> claims.read(name).first().ifPresent(first -> {
            claims.leave(name, first.id());
            tell(Topic.claim(name));
        }));
    }

    ClaimSpace.Line readClaims(String name) {
        return locked(() -> claims.read(name));
    }

    private void claimsEnded(long lease) {
        claims.end(lease).forEach(name -> tell(Topic.claim(name)));
    }

    void compact() {
        run(keys::compact);
    }

    void wipe() {
        run(() -> {
            keys.wipe();
            leases.wipe();
            config.wipe();
            tell(Topic.CONFIG);
            claims.names().forEach(name -> tell(Topic.claim(name)));
            claims.wipe();
        });
    }

    void endLeases(Set<String> clients, boolean all) {
        run(() -> leases.end(owner -> all || clients.contains(owner.substring(0, owner.lastIndexOf('#')))));
    }

    void refuse(String service, StoreException.@Nullable Kind kind) {
        run(() -> {
            if (kind == null) {
                refusals.remove(service);
            } else {
                refusals.put(service, kind);
            }
        });
    }

    void observe(Consumer<StoreEvent> observer) {
        observers.add(observer);
    }

    boolean isDown() {
        return locked(() -> down);
    }

    /** Leases don't run out while the store is down; when it comes back, each has its whole TTL before it. */
    void setDown(boolean nowDown) {
        run(() -> {
            if (down && !nowDown) {
                leases.startAgain();
            }
            down = nowDown;
            setTimer();
        });
    }

    private void store(String service, String id, Optional<Instance> instance, String writer, long lease) {
        StoreEntry replaced = keys.find(service, id);
        leases.attach(replaced, keys.put(service, id, instance, writer, lease));
    }

    private void requireConnected(String writer) {
        if (!connected.contains(writer)) {
            throw new StoreException(StoreException.Kind.CLOSED, writer + " is closed");
        }
    }

    private void changed(StoreEvent event) {
        StoreEntry entry = event.entry();
        tell(Topic.entry(entry.service(), entry.id()));
        tell(Topic.service(entry.service()));
        tell(Topic.CATALOGUE);
        observers.forEach(observer -> observer.accept(event));
    }

    private void tell(Topic topic) {
        toTell.addAll(followers.getOrDefault(topic, Set.of()));
    }

    private void setTimer() {
        OptionalLong nanos = down ? OptionalLong.empty() : leases.nanosToExpiry();
        if (nanos.isEmpty()) {
            return;
        }
        long due = clock.nanoTime() + nanos.getAsLong();
        if (timerSet && timerDueNanos - due <= 0) {
            return;
        }
        timerSet = true;
        timerDueNanos = due;
        long timer = ++timers;
        clock.schedule(Duration.ofNanos(nanos.getAsLong()), () -> run(() -> expire(timer)));
    }

    private void expire(long timer) {
        if (!down) {
            leases.expire();
        }
        if (timer == timers) {
            timerSet = false;
            setTimer();
        }
    }

    private void run(Runnable request) {
        locked(() -> {
            request.run();
            return true;
        });
    }

    private <T> T locked(Supplier<T> request) {
        List<Follower> told;
        try {
            synchronized (lock) {
                return request.get();
            }
        } finally {
            synchronized (lock) {
                told = new ArrayList<>(toTell);
                toTell.clear();
            }
            told.forEach(Follower::tell);
        }
    }
}
