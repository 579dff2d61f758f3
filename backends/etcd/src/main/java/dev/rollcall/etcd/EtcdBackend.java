package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.StoreException;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.ClaimStore;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.InstanceSink;
import dev.rollcall.spi.Interner;
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

/**
 * A client of one etcd cluster: one thread, one connection, one lease, one stream for its renewal, one for all watches.
 * Safe for use by many threads: what is asked is handed to the {@link Serial} thread, which all state belongs to.
 */
final class EtcdBackend implements Backend, Connection.Listener {
    private final EtcdSettings settings;
    private final Keys keys;
    private final BackendContext context;
    private final Serial serial;
    private final Failures failures;
    private final Connection connection;
    private final Requests requests;
    private final SharedLease lease;
    private final WatchStream watches;
    private final InstanceReader reader = new InstanceReader(new Interner());
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
        this.keys = new Keys(settings.root());
        this.context = context;
        serial = new Serial(context);
        failures = new Failures(settings);
        StoreIdentity identity = new StoreIdentity(keys.rootPrefix());
        connection = new Connection(settings, context, serial, identity, failures, keys.rootPrefix());
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
                this::nextFence,
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
        EtcdPublication publication = new EtcdPublication(
                publicationStore, keys.instance(service, id), nextFence(), watches, connection, listener);
        serial.execute(() -> publications.add(publication));
        return publication;
    }

    private ByteString nextFence() {
        return keys.fence(fencePrefix + fences.incrementAndGet());
    }

    @Override
    public Watch watchInstances(String service, InstanceSink sink) {
        return follow(new InstanceFeed(feedStore, service, keys.servicePrefix(service), reader, sink));
    }

    @Override
    public Watch watchServices(ServiceSink sink) {
        return follow(new ServiceFeed(feedStore, keys, sink));
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
