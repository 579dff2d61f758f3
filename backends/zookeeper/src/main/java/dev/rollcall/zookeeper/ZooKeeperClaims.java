package dev.rollcall.zookeeper;

import dev.rollcall.StoreException;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.Claim;
import dev.rollcall.spi.ClaimListener;
import dev.rollcall.spi.ClaimSink;
import dev.rollcall.spi.ClaimStore;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.data.ACL;

/**
 * The lines in a ZooKeeper ensemble, below {@code {root}-claims/{name}}. Thread-safe.
 *
 * <p>All claims share one watcher, so that a node that is watched again and again by claims that come and go is watched once.
 */
final class ZooKeeperClaims implements ClaimStore, Connection.Listener {
    final Connection connection;
    final Deadlines deadlines;
    final Failures failures;
    final ServiceNodes parents;
    final List<ACL> acl;
    final Watcher watcher = this::fired;
    private final String root;
    private final TreeWatches trees;
    private final Set<EphemeralClaim> open = ConcurrentHashMap.newKeySet();

    /** @param root the node below which lines are, an absolute path */
    ZooKeeperClaims(String root, Connection connection, TreeWatches trees, ServiceNodes parents, List<ACL> acl) {
        this.root = root;
        this.connection = connection;
        this.trees = trees;
        this.deadlines = trees.deadlines();
        this.failures = trees.failures();
        this.parents = parents;
        this.acl = acl;
    }

    @Override
    public Claim claim(String name, String data, ClaimListener listener) {
        EphemeralClaim claim = new EphemeralClaim(root + "/" + name, data, listener, this);
        open.add(claim);
        claim.begin();
        return claim;
    }

    @Override
    public Backend.Watch watch(String name, ClaimSink sink) {
        ClaimWatch watch = new ClaimWatch(root + "/" + name, sink, trees);
        trees.add(watch);
        return watch;
    }

    void forget(EphemeralClaim claim) {
        open.remove(claim);
    }

    void later(Runnable task) {
        trees.context()
                .loop()
                .execute(() -> trees.context()
                        .loop()
                        .schedule(
                                trees.context()
                                        .backoff()
                                        .pause(1, trees.context().random()),
                                task));
    }

    long nanoTime() {
        return trees.context().loop().nanoTime();
    }

    private void fired(WatchedEvent event) {
        if (event.getType() != Watcher.Event.EventType.None) {
            open.forEach(claim -> claim.fired(event.getPath()));
        }
    }

    @Override
    public void connected(Session session, boolean sameHandle) {
        // the look waits until the server has caught up
    }

    @Override
    public void caughtUp(Session session) {
        open.forEach(EphemeralClaim::look);
    }

    @Override
    public void disconnected(StoreException cause) {
        open.forEach(claim -> claim.disconnected(cause));
    }

    @Override
    public void expired(long sessionId, StoreException cause) {
        open.forEach(claim -> claim.expired(sessionId, cause));
    }

    @Override
    public void silent(StoreException cause) {
        open.forEach(claim -> claim.lose(cause));
    }
}
