package dev.rollcall.internal;

import dev.rollcall.Instance;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A client's registrations, one to each service and id at a time. One that is leaving makes room for a successor, which waits until it
 * is gone. Safe for use by many threads.
 */
final class Registrations {
    private final Map<Key, Tenancy> tenancies = new HashMap<>();

    private record Key(String service, String id) {
        static Key of(Instance instance) {
            return new Key(instance.service(), instance.id());
        }
    }

    /** Who holds an id, and when all who held it before have been removed, so that their removals can't hit the new one. */
    private record Tenancy(OpenRegistration registration, CompletableFuture<Void> free) {}

    /**
     * Gives a registration its id, and closes the one that is leaving it.
     *
     * @return completes when the id is free for it to begin
     * @throws IllegalStateException if another holds that id and isn't leaving
     */
    synchronized CompletableFuture<Void> add(OpenRegistration registration) {
        Key key = Key.of(registration.instance());
        Tenancy before = tenancies.get(key);
        if (before != null && !before.registration().leaving()) {
            throw new IllegalStateException(key.service() + "/" + key.id()
                    + " is registered by this client already (expected: another id, or update or close"
                    + " that registration)");
        }
        CompletableFuture<Void> free = before == null
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.allOf(before.free(), before.registration().beginToClose());
        tenancies.put(key, new Tenancy(registration, free));
        return free;
    }

    /** Forgets one that is closed. */
    void remove(OpenRegistration registration) {
        Key key = Key.of(registration.instance());
        Tenancy tenancy;
        synchronized (this) {
            tenancy = tenancies.get(key);
        }
        if (tenancy != null && tenancy.registration() == registration) {
            // One that was closed before it began leaves the id to those before it.
            var unused = tenancy.free().thenRun(() -> remove(key, tenancy));
        }
    }

    private synchronized void remove(Key key, Tenancy tenancy) {
        tenancies.remove(key, tenancy);
    }

    /** Closes all; completes when they are removed from the store. */
    CompletableFuture<Void> closeAll() {
        List<OpenRegistration> open;
        synchronized (this) {
            open = tenancies.values().stream().map(Tenancy::registration).toList();
        }
        return CompletableFuture.allOf(
                open.stream().map(OpenRegistration::beginToClose).toArray(CompletableFuture<?>[]::new));
    }
}
