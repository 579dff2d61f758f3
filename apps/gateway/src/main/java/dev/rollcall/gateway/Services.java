package dev.rollcall.gateway;

import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The services that requests go to. A service is followed from the first request to it on, if the registry's catalogue has it or a rule
 * names it, so that names that clients make up cost nothing; and until nobody has asked for it for a while and it has left the
 * catalogue. Safe for use by many threads.
 */
final class Services implements AutoCloseable {
    private static final int MAX_SERVICES = 10_000;
    private static final long KEPT_IDLE_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final Rollcall rollcall;
    private final LongSupplier nanoClock;
    private final Live<SortedSet<String>> catalogue;
    private final Map<String, RoutedService> followed = new ConcurrentHashMap<>();

    Services(Rollcall rollcall, LongSupplier nanoClock) {
        this.rollcall = rollcall;
        this.nanoClock = nanoClock;
        this.catalogue = rollcall.services();
    }

    /** Waits for the registry's first answer; see {@link Live#awaitKnown}. */
    void awaitKnown(Duration atMost) throws InterruptedException {
        catalogue.awaitKnown(atMost);
    }

    /** What is known of the catalogue. */
    Reading<SortedSet<String>> catalogue() {
        return catalogue.reading();
    }

    /**
     * The service of a name; null if there is none.
     *
     * @param named whether a rule names it, so that it need not be in the catalogue
     */
    @Nullable
    RoutedService find(String name, boolean named) {
        RoutedService service = followed.get(name);
        if (service != null) {
            return service;
        }
        if ((!named && !isInCatalogue(name)) || followed.size() >= MAX_SERVICES) {
            return null;
        }
        return followed.computeIfAbsent(name, wanted -> new RoutedService(rollcall.discover(wanted), nanoClock));
    }

    /** Who of a service is ejected, and why; nobody of one that no request goes to. */
    SortedMap<String, String> ejected(String name) {
        RoutedService service = followed.get(name);
        return service == null ? Collections.emptySortedMap() : service.ejected();
    }

    private boolean isInCatalogue(String name) {
        return catalogue.reading().value().map(names -> names.contains(name)).orElse(false);
    }

    /** Stops following services that have left and that nobody asks for, and forgets their instances' counts. */
    void sweep(TrafficCounters counters, Set<Balancing> balancings) {
        followed.forEach((name, service) -> {
            service.keepOnly(balancings);
            counters.keepOnly(name, service.instanceIds());
            if (service.idleNanos() > KEPT_IDLE_NANOS && !isInCatalogue(name) && followed.remove(name, service)) {
                service.close();
                counters.keepOnly(name, Set.of());
            }
        });
    }

    @Override
    public void close() {
        followed.values().forEach(RoutedService::close);
        followed.clear();
        catalogue.close();
    }
}
