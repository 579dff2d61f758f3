package dev.rollcall.console;

import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Snapshot;
import dev.rollcall.console.Freshness.State;
import dev.rollcall.console.Happening.Kind;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Follows the catalogue of services and each service in it. Confined to the board's thread. */
final class RegistryFollower implements AutoCloseable {
    /** More services than these are counted, and not followed. */
    static final int MAX_SERVICES = 20_000;

    /** How long a service without instances is shown after it has left the catalogue. */
    private static final Duration LINGER = Duration.ofMinutes(10);

    private final Rollcall rollcall;
    private final Executor board;
    private final Clock clock;
    private final Timeline timeline;
    private final Churn churn;
    private final Listener listener;
    private final SortedMap<String, FollowedService> services = new TreeMap<>();
    private final Map<String, Long> unlistedSince = new HashMap<>();
    private final Live<SortedSet<String>> catalogue;
    private Freshness freshness;
    private boolean known;
    private int unfollowed;

    /** Told what is new. */
    interface Listener {
        /** The catalogue's freshness, or how many services are not followed. */
        void registryChanged();

        void serviceChanged(String service);

        void serviceForgotten(String service);
    }

    RegistryFollower(
            Rollcall rollcall, Executor board, Clock clock, Timeline timeline, Churn churn, Listener listener) {
        this.rollcall = rollcall;
        this.board = board;
        this.clock = clock;
        this.timeline = timeline;
        this.churn = churn;
        this.listener = listener;
        this.catalogue = rollcall.services();
        this.freshness = Freshness.of(catalogue.reading());
    }

    void start() {
        catalogue.listen(board, this::catalogueSays);
    }

    Collection<FollowedService> services() {
        return services.values();
    }

    @Nullable
    FollowedService service(String name) {
        return services.get(name);
    }

    Freshness freshness() {
        return freshness;
    }

    int unfollowed() {
        return unfollowed;
    }

    /** Forgets services that have been out of the catalogue, and empty, for long. */
    void forgetOld() {
        long nowMillis = clock.millis();
        for (Map.Entry<String, Long> unlisted : Map.copyOf(unlistedSince).entrySet()) {
            FollowedService service = services.get(unlisted.getKey());
            if (service != null
                    && service.total() == 0
                    && nowMillis - unlisted.getValue() >= LINGER.toMillis()
                    && freshness.state() == State.FRESH) {
                forget(service);
            }
        }
    }

    @Override
    public void close() {
        catalogue.close();
        services.values().forEach(FollowedService::close);
        services.clear();
    }

    private void catalogueSays(Reading<SortedSet<String>> reading) {
        Freshness before = freshness;
        freshness = Freshness.of(reading);
        tellFreshness(before);
        SortedSet<String> names = reading.value().orElse(null);
        if (names != null) {
            boolean first = !known;
            known = true;
            follow(names, first);
            noteUnlisted(names);
        }
        listener.registryChanged();
    }

    private void tellFreshness(Freshness before) {
        long nowMillis = clock.millis();
        if (freshness.state() == State.STALE && before.state() != State.STALE) {
            timeline.add(
                    nowMillis,
                    Kind.STALE,
                    "",
                    "",
                    "the registry can't be heard, and what is shown is the last known: " + freshness.why());
        } else if (freshness.state() == State.FRESH && before.state() == State.STALE) {
            timeline.add(
                    nowMillis,
                    Kind.FRESH,
                    "",
                    "",
                    "the registry is heard again, after " + Wording.duration(nowMillis - before.sinceMillis()));
        }
    }

    private void follow(Set<String> names, boolean first) {
        int refused = 0;
        for (String name : names) {
            if (services.containsKey(name)) {
                continue;
            }
            if (services.size() == MAX_SERVICES) {
                refused++;
                continue;
            }
            ServiceView view = rollcall.discover(name);
            services.put(name, new FollowedService(view, first, timeline, churn));
            listener.serviceChanged(name);
            view.listen(board, reading -> serviceSays(name, reading));
        }
        unfollowed = refused;
    }

    private void noteUnlisted(Set<String> names) {
        long nowMillis = clock.millis();
        unlistedSince.keySet().removeAll(names);
        for (String name : services.keySet()) {
            if (!names.contains(name)) {
                unlistedSince.putIfAbsent(name, nowMillis);
            }
        }
    }

    private void serviceSays(String name, Reading<Snapshot> reading) {
        FollowedService service = services.get(name);
        if (service != null) {
            service.advance(reading, clock.millis());
            listener.serviceChanged(name);
        }
    }

    private void forget(FollowedService service) {
        services.remove(service.name());
        unlistedSince.remove(service.name());
        service.close();
        listener.serviceForgotten(service.name());
    }
}
