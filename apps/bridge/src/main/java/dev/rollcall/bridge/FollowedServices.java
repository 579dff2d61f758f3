package dev.rollcall.bridge;

import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.Snapshot;
import dev.rollcall.StoreException;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/** Those services of one registry that are followed. Confined to the loop. */
final class FollowedServices implements AutoCloseable {
    private final Rollcall client;
    private final Executor loop;
    private final FollowedService.Listener listener;
    private final TreeMap<String, FollowedService> services = new TreeMap<>();

    FollowedServices(Rollcall client, Executor loop, FollowedService.Listener listener) {
        this.client = client;
        this.loop = loop;
        this.listener = listener;
    }

    /** Begins to follow a service, unless that is so already. */
    void follow(String name) {
        services.computeIfAbsent(name, unknown -> new FollowedService(name, client, loop, listener));
    }

    void forget(String name) {
        FollowedService service = services.remove(name);
        if (service != null) {
            service.close();
        }
    }

    Optional<FollowedService> find(String name) {
        return Optional.ofNullable(services.get(name));
    }

    /** In the order of their names. */
    Collection<FollowedService> all() {
        return services.values();
    }

    boolean areKnown() {
        return services.values().stream().allMatch(FollowedService::isKnown);
    }

    /** How the registry is heard, as far as these services tell; the first that isn't heard speaks for all. */
    SideState state() {
        int instances = 0;
        int held = 0;
        long undecodable = 0;
        Instant since = null;
        StoreException cause = null;
        for (FollowedService service : services.values()) {
            Snapshot snapshot = service.snapshot();
            instances += snapshot.instances().size();
            held += snapshot.held().size();
            undecodable += service.undecodable();
            if (cause == null && service.reading() instanceof Reading.Stale<Snapshot> stale) {
                since = stale.since();
                cause = stale.cause();
            } else if (cause == null && service.reading() instanceof Reading.Pending<Snapshot> pending) {
                since = pending.cause() == null ? null : pending.since();
                cause = pending.cause();
            }
        }
        return new SideState(areKnown(), services.size(), instances, held, undecodable, since, cause);
    }

    @Override
    public void close() {
        services.values().forEach(FollowedService::close);
        services.clear();
    }
}
