package dev.rollcall.consul;

import dev.rollcall.StoreException;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.ClaimStore;
import dev.rollcall.spi.ConfigRange;
import dev.rollcall.spi.ConfigSink;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.InstanceSink;
import dev.rollcall.spi.Interner;
import dev.rollcall.spi.LayoutSource;
import dev.rollcall.spi.MergedInstances;
import dev.rollcall.spi.MergedServices;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.PublicationListener;
import dev.rollcall.spi.ServiceSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client of Consul: one thread, and a bounded number of connections to one agent at a time. Safe for use by many threads: what is asked is handed to the
 * {@link BackendThread} thread, which all state belongs to.
 *
 * <p>Connections, at the most: {@code connections} for the first services and ranges of the configuration that are followed ({@link OwnQueries}), two for all other services
 * and one for all other ranges ({@link SharedWatch}), one for upstreams beyond those, four for the names of services, sixteen for claims, {@link Requests#CONNECTIONS} for everything else, one that asks
 * whether the agent is there.
 */
final class ConsulBackend implements Backend {
    private static final int NAMES_CONNECTIONS = 4;
    private static final int CLAIM_CONNECTIONS = 16;
    private static final Duration UNTIL_A_PLACE_IS_FREE = Duration.ofMillis(500);

    private final ConsulSettings settings;
    private final BackendContext context;
    private final BackendThread serial;
    private final Failures failures;
    private final Agents agents;
    private final Requests requests;
    private final Heartbeats heartbeats;
    private final ConsulPublication.Store publicationStore;
    private final SharedInstances instances;
    private final SharedKeys<ConfigFeed> ranges;
    private final Upstreams upstreams;
    private final SharedKeys<UpstreamFeed> upstreamFeeds;
    private final Interner strings = new Interner();
    private final Map<String, RegistrationJson> writers = new ConcurrentHashMap<>();
    private final ConsulConfig config;
    private final ConsulClaims claims;

    private final OwnQueries own;
    private final OwnQueries names;
    private final OwnQueries claimQueries;
    private final Set<ConsulPublication> publications = new LinkedHashSet<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch freed = new CountDownLatch(1);

    ConsulBackend(ConsulSettings settings, BackendContext context) {
        this.settings = settings;
        this.context = context;
        serial = new BackendThread(context, "consul");
        failures = new Failures(settings);
        Http http = new Http(settings, serial, failures);
        Duration timeout = context.requestTimeout();
        agents = new Agents(settings, http, serial, timeout, context.ttl());
        requests = new Requests(http, agents, failures, serial, timeout);
        heartbeats = new Heartbeats(serial);
        BlockingQuery.Store queryStore = new BlockingQuery.Store(agents, http, failures, serial, settings, timeout);
        publicationStore = new ConsulPublication.Store(
                requests,
                heartbeats,
                failures,
                serial,
                context.ttl(),
                "rollcall:" + UUID.randomUUID() + "-",
                new AtomicLong(),
                publications::remove);
        own = new OwnQueries(queryStore, settings.watchConnections());
        names = new OwnQueries(queryStore, NAMES_CONNECTIONS);
        claimQueries = new OwnQueries(queryStore, CLAIM_CONNECTIONS);
        instances = new SharedInstances(queryStore, requests);
        ranges = new SharedKeys<>(queryStore, requests, settings.configRoot());
        upstreams = new Upstreams(settings, context, requests, heartbeats, failures, serial, strings);
        upstreamFeeds = new SharedKeys<>(queryStore, requests, settings.upstreamRoot());
        Set<ConsulClaim> openClaims = ConsulClaims.none();
        claims = new ConsulClaims(
                settings.claimRoot(),
                new ConsulClaim.Tools(requests, failures, serial, context.ttl(), this::watchClaim, openClaims::remove),
                openClaims);
        config = new ConsulConfig(requests, failures, serial, settings.configRoot(), this::watchConfig);
    }

    /** Begins to look for an agent. */
    void open() {
        serial.execute(() -> {
            agents.addListener(requests);
            agents.addListener(new RenewalOnReturn());
            agents.open();
        });
    }

    @Override
    public Publication publish(String service, String id, PublicationListener listener) {
        String written = settings.layouts().written(service);
        if (written.equals(Upstreams.LAYOUT)) {
            return upstreams.publish(service, listener);
        }
        RegistrationJson writer = writers.computeIfAbsent(
                written,
                layout -> new RegistrationJson(
                        CatalogLayouts.named(layout), settings.prefix(), context.ttl(), settings.check()));
        ConsulPublication publication =
                new ConsulPublication(publicationStore, writer, writer.serviceId(service, id), listener);
        serial.execute(() -> publications.add(publication));
        return publication;
    }

    @Override
    public Watch watchInstances(String service, InstanceSink sink) {
        Map<String, List<String>> layoutsByName = new LinkedHashMap<>();
        List<LayoutSource<InstanceSink>> sources = new ArrayList<>();
        for (String layout : settings.layouts().layouts(service)) {
            if (layout.equals(Upstreams.LAYOUT)) {
                sources.add(new LayoutSource<>(layout, target -> watchUpstream(service, target)));
            } else {
                layoutsByName
                        .computeIfAbsent(CatalogLayouts.named(layout).serviceName(service), name -> new ArrayList<>())
                        .add(layout);
            }
        }
        layoutsByName.forEach((name, layouts) -> {
            InstanceReader reader = new InstanceReader(strings, settings.rules(), CatalogLayouts.of(layouts));
            sources.add(new LayoutSource<>(layouts.get(0), target -> watch(service, name, reader, target)));
        });
        return MergedInstances.watch(sources, sink);
    }

    private Watch watchUpstream(String service, InstanceSink sink) {
        UpstreamFeed feed = upstreams.feed(service, sink, closing -> forget(closing, upstreamFeeds));
        follow(feed, upstreamFeeds);
        return feed;
    }

    private Watch watch(String service, String name, InstanceReader reader, InstanceSink sink) {
        InstanceFeed feed = new InstanceFeed(
                service,
                settings.prefix(),
                name,
                reader,
                settings.scope(),
                sink,
                closing -> forget(closing, instances));
        follow(feed, instances);
        return feed;
    }

    @Override
    public ConfigStore config() {
        return config;
    }

    @Override
    public ClaimStore claims() {
        settings.requireSeparateClaims();
        return claims;
    }

    private Watch watchClaim(String key, ClaimFeed.Listener listener) {
        ClaimFeed feed = new ClaimFeed(key, listener, closing -> serial.execute(() -> claimQueries.remove(closing)));
        serial.execute(() -> followClaim(feed));
        return feed;
    }

    /** Whoever finds no place free waits for one, as long as it takes an agent to let go of what was closed. */
    private void followClaim(ClaimFeed feed) {
        if (!closed.get() && !feed.isClosed() && !claimQueries.add(feed)) {
            serial.schedule(UNTIL_A_PLACE_IS_FREE, () -> followClaim(feed));
        }
    }

    private Watch watchConfig(ConfigRange range, ConfigSink sink) {
        ConfigFeed feed = new ConfigFeed(range, settings.configRoot(), sink, closing -> forget(closing, ranges));
        follow(feed, ranges);
        return feed;
    }

    private <F extends Feed> void follow(F feed, SharedWatch<F> shared) {
        serial.execute(() -> {
            if (!closed.get() && !feed.isClosed() && !own.add(feed)) {
                shared.add(feed);
            }
        });
    }

    private void forget(Feed feed, SharedWatch<?> shared) {
        serial.execute(() -> {
            if (!own.remove(feed)) {
                shared.remove(feed);
            }
        });
    }

    @Override
    public Watch watchServices(ServiceSink sink) {
        List<LayoutSource<ServiceSink>> sources = new ArrayList<>();
        List<String> chosen = settings.layouts().chosen();
        if (chosen.contains(Upstreams.LAYOUT)) {
            sources.add(new LayoutSource<>(
                    Upstreams.LAYOUT, target -> followNames(upstreams.names(target, this::forgetNames))));
        }
        if (sources.isEmpty() || chosen.size() > 1) {
            sources.add(new LayoutSource<>(
                    NativeLayout.NAME, target -> followNames(new ServiceFeed(settings, target, this::forgetNames))));
        }
        return MergedServices.watch(sources, this::counts, sink);
    }

    /** Whether a name in the key/value store, or else in the catalogue, is one of a service that is looked for there. */
    private boolean counts(String layout, String service) {
        List<String> layouts = settings.layouts().layouts(service);
        return layout.equals(Upstreams.LAYOUT)
                ? layouts.contains(layout)
                : layouts.size() > 1 || !layouts.contains(Upstreams.LAYOUT);
    }

    private Watch followNames(Feed feed) {
        serial.execute(() -> addNames(feed));
        return feed;
    }

    private void forgetNames(Feed feed) {
        serial.execute(() -> names.remove(feed));
    }

    /** There is no need of more than one or two at a time, so whoever comes too soon may wait. */
    private void addNames(Feed feed) {
        if (!closed.get() && !feed.isClosed() && !names.add(feed)) {
            serial.schedule(UNTIL_A_PLACE_IS_FREE, () -> addNames(feed));
        }
    }

    private final class RenewalOnReturn implements Agents.Listener {
        @Override
        public void up() {
            publications.forEach(ConsulPublication::agentIsUp);
            upstreams.agentIsUp();
        }

        @Override
        public void down(StoreException cause) {
            // heartbeats fail by themselves, and know when a TTL is over
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            serial.execute(this::shutDown);
        }
        if (serial.isCurrent()) {
            // called from a callback: nobody can wait here for what this thread has yet to do
            return;
        }
        Duration atMost = context.requestTimeout().plusSeconds(1);
        try {
            freed.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void shutDown() {
        own.close();
        names.close();
        claims.close();
        claimQueries.close();
        instances.close();
        ranges.close();
        upstreamFeeds.close();
        heartbeats.close();
        requests.close();
        List<ConsulPublication> all = List.copyOf(publications);
        int[] left = {all.size() + 2};
        Runnable done = () -> {
            if (--left[0] == 0) {
                free();
            }
        };
        serial.schedule(context.requestTimeout(), this::free);
        all.forEach(publication -> publication.removeAtClose(done));
        upstreams.close(done);
        done.run();
    }

    private void free() {
        requests.close();
        agents.close();
        serial.close();
        freed.countDown();
    }
}
