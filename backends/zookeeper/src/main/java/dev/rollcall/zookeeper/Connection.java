package dev.rollcall.zookeeper;

import dev.rollcall.StoreException;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of the way to the store: which session there is, whether a server can be heard, and since when not. Tells its {@link
 * Listener}s. Thread-safe; its state is confined to a {@link Serial}.
 *
 * <p>ZooKeeper's client pings in silence and tells nobody when it was last answered. So this asks a small question four times a TTL, instead
 * of the pings that are then not needed, and knows: when a whole TTL has passed since the last question that was answered was asked, the
 * session must be taken to be over, even if no server can be found to say so.
 */
final class Connection {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);
    private static final int QUESTIONS_PER_TTL = 4;
    private static final int REMEMBERED_SESSIONS = 16;

    /** Is told what becomes of the connection; calls are serial. */
    interface Listener {

        /**
         * A server answers under this session.
         *
         * @param sameHandle whether it is the handle that there was before, with its watches
         */
        void connected(Session session, boolean sameHandle);

        /** After {@link #connected}: the server is as new as whatever was read before. */
        void caughtUp(Session session);

        /** No server answers. */
        void disconnected(StoreException cause);

        /** The session is over by a server's word. */
        void expired(long sessionId, StoreException cause);

        /** Nothing was heard for a whole TTL. */
        void silent(StoreException cause);
    }

    private final BackendContext context;
    private final Deadlines deadlines;
    private final Failures failures;
    private final String syncPath;
    private final Runnable reset;
    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
    private final Queue<Deadlines.Limited<Session>> waiters = new ConcurrentLinkedQueue<>();
    private final Serial turn = new Serial();
    private volatile @Nullable Session connected;
    private volatile @Nullable Session caughtUp;
    private volatile @Nullable StoreException trouble;
    private volatile boolean closed;
    private volatile Confirmed confirmed = new Confirmed(0, 0);

    /** Until when a session can't have ended by itself. */
    private record Confirmed(long sessionId, long untilNanos) {}

    private final Deque<Long> ourSessions = new ArrayDeque<>();

    // confined to turn
    private @Nullable Session latest;
    private long latestId;
    private boolean silent;
    private int syncFailures;
    private int resets;
    private long heardNanos;
    private long ttlNanos;
    private EventLoop.@Nullable Timer question;

    /**
     * @param syncPath the node to ask about
     * @param reset opens a new handle in place of one that can't go on
     */
    Connection(BackendContext context, Deadlines deadlines, Failures failures, String syncPath, Runnable reset) {
        this.context = context;
        this.deadlines = deadlines;
        this.failures = failures;
        this.syncPath = syncPath;
        this.reset = reset;
        this.ttlNanos = context.ttl().toNanos();
    }

    /** Begins to tell, and at once tells how things stand. */
    void add(Listener listener) {
        turn.run(() -> {
            listeners.add(listener);
            Session session = connected;
            StoreException cause = trouble;
            if (session != null) {
                listener.connected(session, false);
                if (session == caughtUp) {
                    listener.caughtUp(session);
                }
            } else if (cause != null) {
                listener.disconnected(cause);
            }
        });
    }

    void remove(Listener listener) {
        listeners.remove(listener);
    }

    /** Hands over the session as soon as a server answers; or {@link Code#CONNECTIONLOSS} when none does within the request timeout. */
    void session(Reply<Session> reply) {
        Session session = connected;
        if (session != null || closed) {
            reply.accept(session != null ? Code.OK : Code.CONNECTIONLOSS, session);
            return;
        }
        for (Deadlines.Limited<Session> first = waiters.peek();
                first != null && first.isDone();
                first = waiters.peek()) {
            waiters.remove(first);
        }
        waiters.add(
                deadlines.limit((code, value) -> reply.accept(value != null ? Code.OK : Code.CONNECTIONLOSS, value)));
        serveWaiters();
    }

    /** The session that a server answers under, if one does. */
    @Nullable
    Session current() {
        return connected;
    }

    /** The session under which whatever was read before can be read again, if there is one. */
    @Nullable
    Session ready() {
        return caughtUp;
    }

    /**
     * Until when this session can't have ended without having been ended; in the past if that isn't certain, which it isn't while no server is connected.
     * From any thread. A quarter of the TTL is left off: a server tells the leader which sessions it has heard of at every half tick only, and may die before, and a TTL
     * has two ticks or more.
     */
    long confirmedUntilNanos(long sessionId) {
        Confirmed now = confirmed;
        return sessionId != 0 && now.sessionId == sessionId
                ? now.untilNanos
                : context.loop().nanoTime() - 1;
    }

    /** Whether a session is, or was not long ago, this client's. */
    boolean isOurs(long sessionId) {
        synchronized (ourSessions) {
            return ourSessions.contains(sessionId);
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Tells nothing any more, and lets nobody wait any longer. */
    void close() {
        closed = true;
        listeners.clear();
        turn.run(() -> {
            if (question != null) {
                question.close();
            }
        });
        serveWaiters();
    }

    /** What the handle's watcher says. */
    void observe(Session session, WatchedEvent event) {
        if (!closed) {
            turn.run(() -> changed(session, event.getState()));
        }
    }

    /** No server could be reached so far. A handle tells by itself only that it was connected and no longer is. */
    void unreachable() {
        turn.run(() -> {
            if (connected == null && trouble == null && !closed) {
                lost();
            }
        });
    }

    private void changed(Session session, KeeperState state) {
        switch (state) {
            case SyncConnected -> connected(session);
            case Disconnected -> disconnected(session);
            case Expired -> ended(session);
            case AuthFailed -> refused(session);
            default -> {}
        }
    }

    private void connected(Session session) {
        if (!session.markConnected(true)) {
            return;
        }
        boolean sameHandle = session == latest;
        if (latestId != 0 && latestId != session.id()) {
            expired();
        }
        synchronized (ourSessions) {
            if (latestId != session.id()) {
                ourSessions.addLast(session.id());
                if (ourSessions.size() > REMEMBERED_SESSIONS) {
                    ourSessions.removeFirst();
                }
            }
        }
        latest = session;
        latestId = session.id();
        ttlNanos = Duration.ofMillis(session.timeoutMillis()).toNanos();
        heardNanos = context.loop().nanoTime();
        silent = false;
        resets = 0;
        syncFailures = 0;
        if (trouble != null) {
            log.info(
                    "{}: connected to ZooKeeper again, session 0x{}", context.clientName(), Long.toHexString(latestId));
        }
        trouble = null;
        connected = session;
        listeners.forEach(listener -> listener.connected(session, sameHandle));
        serveWaiters();
        catchUp(session);
        ask();
    }

    private void catchUp(Session session) {
        session.sync(
                syncPath,
                deadlines.limit((code, path) -> turn.run(() -> {
                    if (session != connected || closed) {
                        return;
                    }
                    if (code == Code.OK) {
                        caughtUp = session;
                        listeners.forEach(listener -> listener.caughtUp(session));
                    } else {
                        StoreException cause = failures.of(code, "catching up with the leader");
                        listeners.forEach(listener -> listener.disconnected(cause));
                        syncFailures++;
                        context.loop()
                                .execute(() -> context.loop()
                                        .schedule(
                                                context.backoff().pause(syncFailures, context.random()),
                                                () -> turn.run(() -> catchUpAgain(session))));
                    }
                })));
    }

    private void catchUpAgain(Session session) {
        if (session == connected && !closed) {
            catchUp(session);
        }
    }

    private void disconnected(Session session) {
        session.markConnected(false);
        if (session == connected) {
            connected = null;
            caughtUp = null;
            confirmed = new Confirmed(0, 0);
            lost();
        }
    }

    private void lost() {
        StoreException cause = failures.unreachable();
        trouble = cause;
        log.warn("{}: {}", context.clientName(), cause.getMessage());
        listeners.forEach(listener -> listener.disconnected(cause));
    }

    private void ended(Session session) {
        disconnected(session);
        if (session.id() == latestId && latestId != 0 && session.isOver()) {
            expired();
        }
    }

    private void expired() {
        long over = latestId;
        latestId = 0;
        latest = null;
        StoreException cause = failures.expired();
        listeners.forEach(listener -> listener.expired(over, cause));
    }

    /** The handle is dead and Curator doesn't replace it. */
    private void refused(Session session) {
        disconnected(session);
        StoreException cause = failures.of(Code.AUTHFAILED, "logging on");
        trouble = cause;
        listeners.forEach(listener -> listener.disconnected(cause));
        resets++;
        context.loop()
                .execute(() -> context.loop().schedule(context.backoff().pause(resets, context.random()), () -> {
                    if (!closed) {
                        reset.run();
                    }
                }));
    }

    private void ask() {
        if (question != null) {
            question.close();
        }
        if (closed) {
            return;
        }
        long now = context.loop().nanoTime();
        Session session = connected;
        if (session != null) {
            session.look(
                    syncPath,
                    null,
                    (code, stat) -> turn.run(() -> {
                        if (code == Code.OK || code == Code.NONODE || code == Code.NOAUTH) {
                            heardNanos = Math.max(heardNanos, now);
                            if (session == connected) {
                                confirmed = new Confirmed(session.id(), now + ttlNanos - ttlNanos / QUESTIONS_PER_TTL);
                            }
                        }
                    }));
        }
        long left = heardNanos + ttlNanos - now;
        if (left <= 0 && !silent && latestId != 0) {
            silent = true;
            StoreException cause = failures.silent(Duration.ofNanos(ttlNanos));
            listeners.forEach(listener -> listener.silent(cause));
        }
        long pause = ttlNanos / QUESTIONS_PER_TTL;
        if (left > 0) {
            pause = Math.min(pause, left);
        }
        question = context.loop().schedule(Duration.ofNanos(pause), () -> turn.run(this::ask));
    }

    private void serveWaiters() {
        Session session = connected;
        if (session == null && !closed) {
            return;
        }
        for (Deadlines.Limited<Session> waiter = waiters.poll(); waiter != null; waiter = waiters.poll()) {
            waiter.accept(session != null ? Code.OK : Code.CONNECTIONLOSS, session);
        }
    }
}
