package dev.rollcall.zookeeper;

import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.ClaimStore;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.InstanceSink;
import dev.rollcall.spi.LayoutSource;
import dev.rollcall.spi.MergedInstances;
import dev.rollcall.spi.MergedServices;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.PublicationListener;
import dev.rollcall.spi.ServiceSink;
import dev.rollcall.spi.StoreUri;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.curator.ensemble.fixed.FixedEnsembleProvider;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.client.StaticHostProvider;
import org.apache.zookeeper.data.ACL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session with a ZooKeeper ensemble. Curator keeps it: opens its handles, and a new one when one ends. Its threads are Curator's two
 * and the handle's two, however much is published and followed. Thread-safe.
 */
final class ZooKeeperBackend implements Backend {
    private static final Logger log = LoggerFactory.getLogger(ZooKeeperBackend.class);
    private static final int CURATOR_RETRY_MILLIS = 1_000;

    private final BackendContext context;
    private final Ensemble ensemble;
    private final ClientConfiguration configuration;
    private final CuratorFramework curator;
    private final Connection connection;
    private final Layouts layouts;
    private final OwnNodes nodes;
    private final TreeWatches trees;
    private final ZooKeeperConfig config;
    private final ZooKeeperClaims claims;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    ZooKeeperBackend(StoreUri uri, BackendContext context) {
        this.context = context;
        ensemble = Ensemble.of(uri);
        layouts = ensemble.layouts();
        Failures failures = new Failures(uri.identity(), context.requestTimeout());
        Deadlines deadlines = new Deadlines(context.loop(), context.requestTimeout());
        configuration = new ClientConfiguration(uri);
        connection =
                new Connection(context, deadlines, failures, layouts.first().root(), this::resetHandle);
        SessionFactory sessions = new SessionFactory(
                () -> new PacedHostProvider(
                        new StaticHostProvider(ensemble.servers()),
                        context.backoff(),
                        closing,
                        connection::unreachable),
                configuration.configuration(),
                uri.credentials(),
                context.loop()::nanoTime,
                connection::observe);
        List<ACL> acl = uri.credentials().isPresent() ? ZooDefs.Ids.CREATOR_ALL_ACL : ZooDefs.Ids.OPEN_ACL_UNSAFE;
        nodes = new OwnNodes(context, connection, deadlines, failures, acl);
        trees = new TreeWatches(context, connection, deadlines, failures, layouts.all(), ensemble.configRoot());
        config = new ZooKeeperConfig(trees, acl);
        claims = new ZooKeeperClaims(ensemble.claimRoot(), connection, trees, new ServiceNodes(acl), acl);
        connection.add(nodes);
        connection.add(claims);
        curator = curator(sessions);
        start();
    }

    private CuratorFramework curator(SessionFactory sessions) {
        int ttlMillis = Math.toIntExact(context.ttl().toMillis());
        return CuratorFrameworkFactory.builder()
                .ensembleProvider(new FixedEnsembleProvider(ensemble.connectString(), false))
                .ensembleTracker(false)
                .zookeeperFactory(sessions)
                .zkClientConfig(configuration.configuration())
                .sessionTimeoutMs(ttlMillis)
                .connectionTimeoutMs(Math.min(
                        ttlMillis, Math.toIntExact(context.requestTimeout().toMillis())))
                .retryPolicy(new RetryForever(CURATOR_RETRY_MILLIS))
                .threadFactory(task -> {
                    Thread thread = new Thread(task, context.clientName() + "-curator");
                    thread.setDaemon(true);
                    return thread;
                })
                .build();
    }

    private void start() {
        try {
            // Curator warns when nobody listens
            curator.getConnectionStateListenable().addListener((client, state) -> log.debug("Curator: {}", state));
            curator.start();
            context.loop().schedule(context.requestTimeout(), connection::unreachable);
        } catch (RuntimeException e) {
            close();
            throw new IllegalArgumentException("ZooKeeper's client can't be started: " + e.getMessage(), e);
        }
    }

    @Override
    public Publication publish(String service, String id, PublicationListener listener) {
        return nodes.publish(layouts.written(service), service, id, listener);
    }

    @Override
    public Watch watchInstances(String service, InstanceSink sink) {
        return MergedInstances.watch(
                layouts.of(service).stream()
                        .map(layout -> new LayoutSource<InstanceSink>(
                                layout.name(), each -> follow(new InstanceWatch(service, layout, each, trees))))
                        .toList(),
                sink);
    }

    @Override
    public Watch watchServices(ServiceSink sink) {
        return MergedServices.watch(
                layouts.all().stream()
                        .map(layout -> new LayoutSource<ServiceSink>(
                                layout.name(), each -> follow(new ServiceWatch(layout, each, trees))))
                        .toList(),
                layouts::reads,
                sink);
    }

    private Watch follow(Follower watch) {
        trees.add(watch);
        return watch;
    }

    @Override
    public ConfigStore config() {
        ensemble.requireSeparateRoots();
        return config;
    }

    @Override
    public ClaimStore claims() {
        ensemble.requireSeparateClaims();
        return claims;
    }

    /** ZooKeeper's own close waits for the server as long as the connection stands, so it does that on a thread that nobody has to wait for. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        trees.close();
        connection.close();
        closing.countDown();
        Thread closer = new Thread(this::closeCurator, context.clientName() + "-zookeeper-close");
        closer.setDaemon(true);
        closer.start();
        try {
            closer.join(context.requestTimeout().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeCurator() {
        try {
            curator.close();
        } finally {
            configuration.close();
        }
    }

    private void resetHandle() {
        try {
            curator.getZookeeperClient().reset();
        } catch (Exception e) { // declared so
            log.warn("{}: no new ZooKeeper handle could be opened; it is tried again", context.clientName(), e);
        }
    }
}
