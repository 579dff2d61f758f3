package dev.rollcall.gateway;

import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientConnection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections in clear-text HTTP/1.1 from one event loop to one endpoint, each for one request at a time: kept while idle, bounded in number,
 * and waited for. Used on that event loop only.
 *
 * <p>Design note: Vert.x's own pool is made for requests from any thread, in any version, to any place. Finding the place and passing a request
 * through its queue took 8 % of the samples of a busy gateway.
 */
final class ConnectionPool {
    private final Vertx vertx;
    private final Supplier<Future<HttpClientConnection>> connector;
    private final Limits limits;
    /** The longest idle one first; the next request gets the last. */
    private final Deque<PooledConnection> idle = new ArrayDeque<>();

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private int open;

    /**
     * What a pool may hold.
     *
     * @param maxOpen how many may be open, those under way included
     * @param maxWaiting how many requests may wait for one
     * @param maxWait how long each of these
     */
    record Limits(int maxOpen, int maxWaiting, Duration maxWait) {}

    ConnectionPool(Vertx vertx, Supplier<Future<HttpClientConnection>> connector, Limits limits) {
        this.vertx = vertx;
        this.connector = connector;
        this.limits = limits;
    }

    /** Hands out a connection, at once if one is idle; or fails with the reason why there is none, with nothing sent. */
    void acquire(Completable<PooledConnection> receiver) {
        PooledConnection kept = idle.pollLast();
        if (kept != null) {
            receiver.succeed(kept);
        } else if (waiting.size() >= limits.maxWaiting()) {
            receiver.fail(new ConnectionPoolTooBusyException("too many requests wait"));
        } else {
            waiting.add(new Waiting(receiver));
            connectIfAllowed();
        }
    }

    private void connectIfAllowed() {
        if (open < limits.maxOpen()) {
            open++;
            connector.get().onComplete(this::connected);
        }
    }

    private void connected(@Nullable HttpClientConnection connection, @Nullable Throwable failure) {
        if (connection == null) {
            open--;
            Waiting first = waiting.poll();
            if (first != null) {
                first.failed(failure);
            }
            return;
        }
        PooledConnection pooled = new PooledConnection(connection, this);
        connection.closeHandler(closed -> closed(pooled));
        release(pooled);
    }

    /** Takes back a connection on which nothing is under way. */
    void release(PooledConnection connection) {
        Waiting next = waiting.poll();
        if (next != null) {
            next.served(connection);
        } else {
            idle.addLast(connection);
        }
    }

    private void closed(PooledConnection connection) {
        open--;
        connection.closed();
        idle.remove(connection);
        if (!waiting.isEmpty()) {
            connectIfAllowed();
        }
    }

    /** Closes what has been idle for longer than it may be; to be called once a second. */
    void sweep() {
        for (PooledConnection connection : idle.toArray(PooledConnection[]::new)) {
            if (connection.hasGrownOld()) {
                idle.remove(connection);
                connection.close();
            }
        }
    }

    /** Whether it holds nothing, and nobody waits. */
    boolean isEmpty() {
        return open == 0 && waiting.isEmpty();
    }

    /** A request that waits for a connection. */
    private final class Waiting {
        private final Completable<PooledConnection> receiver;
        private final long timer;

        Waiting(Completable<PooledConnection> receiver) {
            this.receiver = receiver;
            this.timer = vertx.setTimer(limits.maxWait().toMillis(), id -> timeIsUp());
        }

        void served(PooledConnection connection) {
            vertx.cancelTimer(timer);
            receiver.succeed(connection);
        }

        void failed(@Nullable Throwable failure) {
            vertx.cancelTimer(timer);
            receiver.fail(failure);
        }

        private void timeIsUp() {
            if (waiting.remove(this)) {
                receiver.fail(new TimeoutException("no connection in time"));
            }
        }
    }
}
