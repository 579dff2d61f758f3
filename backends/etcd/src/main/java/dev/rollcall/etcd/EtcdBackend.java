package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.StoreException;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.ClaimStore;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.InstanceSink;
import dev.rollcall.spi.LayoutSource;
import dev.rollcall.spi.MergedInstances;
import dev.rollcall.spi.MergedServices;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.PublicationListener;
import dev.rollcall.spi.ServiceSink;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;

/**
 * A client of one etcd cluster: one thread, one connection, one lease, one stream for its renewal, one for all watches.
 * Safe for use by many threads: what is asked is handed to the {@link BackendThread} thread, which all state belongs to.
 */
final class EtcdBackend implements Backend, Connection.Listener {
    private final EtcdSettings settings;
    private final BackendContext context;
    private final BackendThread serial;
    private final Failures failures;
    private final Connection connection;
    private final Requests requests;
    private final SharedLease lease;
    private final WatchStream watches;
    private final Layouts layouts;
    private final RangeFeed.Store feedStore;
    private final EtcdPublication.Store publicationStore;
    private final EtcdConfig config;
    private final EtcdClaims claims;

    private final Set<RangeFeed> feeds = new LinkedHashSet<>();
    private final Set<EtcdPublication> publications = new LinkedHashSet<>();
    private final String fencePrefix = UUID.randomUUID() + "-";
    private final AtomicLong fences = new AtomicLong();
    /** The trouble that the views were last told of: ten thousand of them need not hear the same each second. */
    private String told = "";

    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch freed = new CountDownLatch(1);

    EtcdBackend(EtcdSettings settings, BackendContext context) {
        this.settings = settings;
        this.layouts = settings.layouts();
        this.context = context;
        serial = new BackendThread(context, "etcd");
        failures = new Failures(settings);
        StoreIdentity identity = new StoreIdentity(layouts.probeKey());
        connection = new Connection(settings, context, serial, identity, failures, layouts.probeKey());
        requests = new Requests(connection, serial, context.requestTimeout());
        lease = new SharedLease(connection, requests, serial, settings, context.ttl(), this::leaseLost);
        watches = new WatchStream(connection, requests, serial, failures, context.ttl());
        feedStore = new RangeFeed.Store(
                connection,
                watches,
                new ReadGate(),
                identity,
                failures,
                serial,
                context.requestTimeout(),
                feeds::remove);
        publicationStore = new EtcdPublication.Store(requests, lease, identity, failures, serial, publications::remove);
        Set<EtcdClaim> openClaims = EtcdClaims.none();
        claims = new EtcdClaims(
                settings.claimRoot(),
                new EtcdClaim.Tools(
                        requests, lease, watches, connection, identity, failures, serial, openClaims::remove),
                feedStore,
                this::follow,
                () -> nextFence(layouts.all().get(0)),
                openClaims);
        config = new EtcdConfig(
                settings.configRoot(), new EtcdConfig.Tools(feedStore, this::follow, requests, serial, failures));
    }

    /** Begins to connect. */
    void open() {
        serial.execute(() -> {
            // the lease first: it has a deadline
            List.of(lease, watches, requests, this).forEach(connection::addListener);
            connection.open();
        });
    }

    @Override
    public Publication publish(String service, String id, PublicationListener listener) {
        Layout layout = layouts.written(service);
        ByteString key = layout.key(service, id);
        return key != null
                ? publish(layout, key, listener)
                : new MovingPublication(layout, (place, itsListener) -> publish(layout, place, itsListener), listener);
    }

    private Publication publish(Layout layout, ByteString key, PublicationListener listener) {
        EtcdPublication publication =
                new EtcdPublication(publicationStore, layout, key, nextFence(layout), watches, connection, listener);
        serial.execute(() -> publications.add(publication));
        return publication;
    }

    private ByteString nextFence(Layout layout) {
        return layout.fence(fencePrefix + fences.incrementAndGet());
    }

    @Override
    public Watch watchInstances(String service, InstanceSink sink) {
        return MergedInstances.watch(
                sources(
                        layouts.read(service),
                        (layout, its) -> follow(new InstanceFeed(feedStore, service, layout, its))),
                sink);
    }

    @Override
    public Watch watchServices(ServiceSink sink) {
        return MergedServices.watch(
                sources(layouts.all(), (layout, its) -> follow(new ServiceFeed(feedStore, layout, its))),
                layouts.choice()::reads,
                sink);
    }

    private static <S> List<LayoutSource<S>> sources(List<Layout> read, BiFunction<Layout, S, Watch> follow) {
        return read.stream()
                .map(layout -> new LayoutSource<S>(layout.name(), sink -> follow.apply(layout, sink)))
                .toList();
    }

    @Override
    public ConfigStore config() {
        settings.requireSeparateRoots();
        return config;
    }

    @Override
    public ClaimStore claims() {
        settings.requireSeparateClaims();
        return claims;
    }

    private Watch follow(RangeFeed feed) {
        serial.execute(() -> {
            if (closed.get() || feed.isClosed()) {
                return;
            }
            feeds.add(feed);
            if (connection.session() != null) {
                feed.up(false, Long.MAX_VALUE);
            } else if (connection.hasFailed()) {
                feed.down(failures.exception("connecting", connection.trouble()));
            }
        });
        return feed;
    }

    @Override
    public void up(Session session, boolean sameStore, long revision) {
        told = "";
        List.copyOf(feeds).forEach(feed -> feed.up(sameStore, revision));
        List.copyOf(publications).forEach(publication -> publication.entry().up(sameStore));
        claims.up(sameStore);
    }

    @Override
    public void down(StoreException cause) {
        String message = String.valueOf(cause.getMessage());
        if (message.equals(told)) {
            return;
        }
        told = message;
        List.copyOf(feeds).forEach(feed -> feed.down(cause));
        publications.forEach(publication -> publication.entry().down());
        claims.down(cause);
    }

    private void leaseLost(long which, StoreException cause) {
        List.copyOf(publications).forEach(publication -> publication.entry().leaseLost(which, cause));
        claims.leaseLost(which, cause);
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
            if (freed.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
                connection.awaitClosed(Duration.ofSeconds(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void shutDown() {
        publications.forEach(publication -> publication.entry().stopWatching());
        List.copyOf(feeds).forEach(RangeFeed::close);
        claims.close();
        requests.close();
        lease.revoke(requests.deadlineNanos(), () -> {
            connection.close();
            serial.close();
            freed.countDown();
        });
    }
}
