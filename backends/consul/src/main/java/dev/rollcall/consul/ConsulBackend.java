package dev.rollcall.consul;

import dev.rollcall.StoreException;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.ConfigRange;
import dev.rollcall.spi.ConfigSink;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.InstanceSink;
import dev.rollcall.spi.Interner;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.PublicationListener;
import dev.rollcall.spi.ServiceSink;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client of Consul: one thread, and a bounded number of connections to one agent at a time. Safe for use by many threads: what is asked is handed to the
 * {@link Serial} thread, which all state belongs to.
 *
 * <p>Connections, at the most: one for each of the first {@code connections} services that are followed, two for all the others
 * ({@link SharedWatch}), one for each watch of the names of services and of configuration, {@link Requests#CONNECTIONS} for everything else, one that asks whether the
 * agent is there.
 */
final class ConsulBackend implements Backend {
    private final ConsulSettings settings;
    private final BackendContext context;
    private final Serial serial;
    private final Failures failures;
    private final Agents agents;
    private final Requests requests;
    private final Heartbeats heartbeats;
    private final BlockingQuery.Store queryStore;
    private final ConsulPublication.Store publicationStore;
    private final SharedWatch shared;
    private final InstanceReader reader;
    private final ConsulConfig config;

    private final Map<Watch, BlockingQuery> queries = new HashMap<>();
    private final Set<ConsulPublication> publications = new LinkedHashSet<>();
    private int ownConnections;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch freed = new CountDownLatch(1);

    ConsulBackend(ConsulSettings settings, BackendContext context) {
        this.settings = settings;
        this.context = context;
        serial = new Serial(context);
        failures = new Failures(settings);
        Http http = new Http(settings, serial, failures);
        Duration timeout = context.requestTimeout();
        agents = new Agents(settings, http, serial, timeout, context.ttl());
        requests = new Requests(http, agents, failures, serial, timeout);
        heartbeats = new Heartbeats(serial);
        queryStore = new BlockingQuery.Store(agents, http, failures, serial, settings, timeout);
        publicationStore = new ConsulPublication.Store(
                requests,
                heartbeats,
                new RegistrationJson(settings.prefix(), context.ttl(), settings.check()),
                failures,
                serial,
                context.ttl(),
                "rollcall:" + UUID.randomUUID() + "-",
                new AtomicLong(),
                publications::remove);
        shared = new SharedWatch(queryStore, requests);
        reader = new InstanceReader(new Interner(), settings.rules());
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
        ConsulPublication publication =
                new ConsulPublication(publicationStore, ServiceId.of(settings.prefix() + service, id), listener);
        serial.execute(() -> publications.add(publication));
        return publication;
    }

    @Override
    public Watch watchInstances(String service, InstanceSink sink) {
        InstanceFeed feed = new InstanceFeed(
                service, settings.prefix() + service, reader, sink, closing -> serial.execute(() -> forget(closing)));
        serial.execute(() -> follow(feed));
        return feed;
    }

    private void follow(InstanceFeed feed) {
        if (closed.get() || feed.isClosed()) {
            return;
        }
        if (ownConnections >= settings.watchConnections()) {
            shared.add(feed);
            return;
        }
        ownConnections++;
        BlockingQuery query = new BlockingQuery(
                queryStore,
                InstanceFeed.question(feed.name(), settings),
                InstanceFeed.permission(feed.name(), settings),
                feed);
        queries.put(feed, query);
        query.start();
    }

    private void forget(InstanceFeed feed) {
        BlockingQuery query = queries.remove(feed);
        if (query == null) {
            shared.remove(feed);
        } else {
            ownConnections--;
            query.close();
        }
    }

    @Override
    public ConfigStore config() {
        return config;
    }

    private Watch watchConfig(ConfigRange range, ConfigSink sink) {
        ConfigFeed feed =
                new ConfigFeed(range, settings.configRoot(), sink, closing -> serial.execute(() -> end(closing)));
        serial.execute(() -> {
            if (!closed.get() && !feed.isClosed()) {
                BlockingQuery query = new BlockingQuery(queryStore, feed.question(), feed.permission(), feed);
                queries.put(feed, query);
                query.startConsistently();
            }
        });
        return feed;
    }

    private void end(Watch feed) {
        BlockingQuery query = queries.remove(feed);
        if (query != null) {
            query.close();
        }
    }

    @Override
    public Watch watchServices(ServiceSink sink) {
        ServiceFeed feed = new ServiceFeed(settings, sink, closing -> serial.execute(() -> end(closing)));
        serial.execute(() -> {
            if (!closed.get() && !feed.isClosed()) {
                BlockingQuery query = new BlockingQuery(queryStore, ServiceFeed.question(settings), null, feed);
                queries.put(feed, query);
                query.start();
            }
        });
        return feed;
    }

    private final class RenewalOnReturn implements Agents.Listener {
        @Override
        public void up() {
            publications.forEach(ConsulPublication::agentIsUp);
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
        queries.values().forEach(BlockingQuery::close);
        queries.clear();
        shared.close();
        heartbeats.close();
        requests.close();
        List<ConsulPublication> all = List.copyOf(publications);
        int[] left = {all.size() + 1};
        Runnable done = () -> {
            if (--left[0] == 0) {
                free();
            }
        };
        serial.schedule(context.requestTimeout(), this::free);
        all.forEach(publication -> publication.removeAtClose(done));
        done.run();
    }

    private void free() {
        requests.close();
        agents.close();
        serial.close();
        freed.countDown();
    }
}
