package dev.rollcall.zookeeper;

import dev.rollcall.StoreException;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.PublicationListener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * All nodes that this client holds, and the watches on them, by which it learns that one was deleted or taken over. Thread-safe.
 *
 * <p>Design note: one watch a node, of the kind that fires once. A watch on the service would be told of every other provider too, which
 * for n providers is n² messages; a persistent one would tell nothing of what happened during a disconnect, whereas the server checks one of
 * this kind when it is set again, so that a reconnect costs no question for a node. Setting them waits for
 * a quiet moment, so that ten thousand registrations are as fast as ten thousand creations: what happens to a node before its watch is set, the
 * answer to setting it tells.
 */
final class OwnNodes implements Connection.Listener {
    /** Below the 1 MiB where a server would drop the connection, and with it everything else. */
    static final int MAX_BYTES = 1_000_000;

    /** How long later is, on the scale of the pauses between tries: a second or two. */
    private static final int FAILURES_BEFORE_LATER = 4;

    private static final int MAX_LOOKS = 64;
    private static final int MAX_LOOKS_WHILE_BUSY = 1;
    private static final int BUSY_WRITES = 16;

    private final BackendContext context;
    private final Connection connection;
    private final Deadlines deadlines;
    private final Failures failures;
    private final List<ACL> acl;
    private final ServiceNodes services;
    private final ConcurrentMap<String, EphemeralPublication> publications = new ConcurrentHashMap<>();
    private final Watcher watcher = this::fired;

    private final Object lock = new Object();
    private final Deque<EphemeralPublication> urgent = new ArrayDeque<>();
    private final Deque<EphemeralPublication> quiet = new ArrayDeque<>();
    private boolean looking;
    private int looks;
    private int writes;

    OwnNodes(BackendContext context, Connection connection, Deadlines deadlines, Failures failures, List<ACL> acl) {
        this.context = context;
        this.connection = connection;
        this.deadlines = deadlines;
        this.failures = failures;
        this.acl = acl;
        this.services = new ServiceNodes(acl);
    }

    /**
     * An instance in a layout.
     *
     * @param id the instance's
     */
    Publication publish(Layout layout, String service, String id, PublicationListener listener) {
        return layout.hasFixedNode()
                ? publishNode(layout, service, layout.node(id), listener)
                : new MovingPublication(service, layout, this, listener);
    }

    /** One node below a service's. */
    Publication publishNode(Layout layout, String service, String node, PublicationListener listener) {
        EphemeralPublication publication = new EphemeralPublication(
                layout, service, node, this, listener, context.loop().now().toEpochMilli());
        publications.put(publication.path, publication);
        return publication;
    }

    void forget(EphemeralPublication publication) {
        publications.remove(publication.path, publication);
    }

    Connection connection() {
        return connection;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    Failures failures() {
        return failures;
    }

    List<ACL> acl() {
        return acl;
    }

    Watcher watcher() {
        return watcher;
    }

    boolean isOurs(long sessionId) {
        return connection.isOurs(sessionId);
    }

    /** Why a write couldn't even begin. */
    StoreException unavailable() {
        return connection.isClosed() ? failures.closed() : failures.unreachable();
    }

    void createService(Session session, Layout layout, String service, Reply<Void> reply) {
        services.create(session, layout.service(service), layout.parents(), reply);
    }

    /** A write is under way. */
    void began() {
        synchronized (lock) {
            writes++;
        }
    }

    /** A write is no longer under way. */
    void ended() {
        synchronized (lock) {
            writes--;
        }
        lookOn();
    }

    /** Has a node looked at and watched, soon. */
    void watch(EphemeralPublication publication, boolean atOnce) {
        synchronized (lock) {
            (atOnce ? urgent : quiet).add(publication);
        }
        lookOn();
    }

    void later(Runnable task) {
        context.loop()
                .execute(() -> context.loop()
                        .schedule(context.backoff().pause(FAILURES_BEFORE_LATER, context.random()), task));
    }

    @Override
    public void connected(Session session, boolean sameHandle) {
        publications.values().forEach(publication -> publication.connected(sameHandle));
        lookOn();
    }

    @Override
    public void caughtUp(Session session) {
        // requests on our own nodes need not wait for the leader
    }

    @Override
    public void disconnected(StoreException cause) {
        // the nodes are there until the session ends
    }

    @Override
    public void expired(long sessionId, StoreException cause) {
        publications.values().forEach(publication -> publication.expired(sessionId, cause));
    }

    @Override
    public void silent(StoreException cause) {
        publications.values().forEach(publication -> publication.silent(cause));
    }

    private void fired(WatchedEvent event) {
        if (event.getType() != Watcher.Event.EventType.None) {
            EphemeralPublication publication = publications.get(event.getPath());
            if (publication != null) {
                publication.fired();
            }
        }
    }

    /** A loop, not recursion: a look at a node that nobody follows any more ends at once. */
    private void lookOn() {
        Session session = connection.current();
        synchronized (lock) {
            if (session == null || looking) {
                return;
            }
            looking = true;
        }
        for (EphemeralPublication next = nextToLookAt(); next != null; next = nextToLookAt()) {
            next.look(session, this::looked);
        }
    }

    private void looked() {
        synchronized (lock) {
            looks--;
        }
        lookOn();
    }

    private @Nullable EphemeralPublication nextToLookAt() {
        synchronized (lock) {
            EphemeralPublication next = looks < MAX_LOOKS ? urgent.poll() : null;
            if (next == null && looks < (writes < BUSY_WRITES ? MAX_LOOKS : MAX_LOOKS_WHILE_BUSY)) {
                next = quiet.poll();
            }
            if (next == null) {
                looking = false;
            } else {
                looks++;
            }
            return next;
        }
    }
}
