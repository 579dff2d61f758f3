package dev.rollcall.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpConnectOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionPoolTest {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(10);

    private final Vertx vertx = Vertx.vertx();
    private final io.vertx.core.Context loop = vertx.getOrCreateContext();
    private final HttpClientAgent client = vertx.createHttpClient();
    private RawServer server;

    @BeforeEach
    void listen() throws IOException {
        server = new RawServer("HTTP/1.1 204 No Content\r\n\r\n");
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void aConnectionServesOneAfterAnotherAndWhoWaitsGetsIt() throws Exception {
        ConnectionPool pool = pool(server.port(), 1, 1, LONG);
        PooledConnection first = result(acquire(pool));
        Future<PooledConnection> second = acquire(pool);
        onLoop(() -> {
            pool.release(first);
            return null;
        });

        assertThat(result(second)).isSameAs(first);
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void noMoreAreOpenedOrWaitedForThanAllowed() throws Exception {
        ConnectionPool pool = pool(server.port(), 1, 1, SHORT);
        result(acquire(pool));
        Future<PooledConnection> waits = acquire(pool);
        Future<PooledConnection> oneTooMany = acquire(pool);

        assertThat(failure(oneTooMany)).isInstanceOf(ConnectionPoolTooBusyException.class);
        assertThat(failure(waits)).isInstanceOf(TimeoutException.class);
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void whoWaitsGetsAnotherConnectionWhenOneIsClosed() throws Exception {
        ConnectionPool pool = pool(server.port(), 1, 1, LONG);
        PooledConnection first = result(acquire(pool));
        Future<PooledConnection> second = acquire(pool);
        onLoop(() -> {
            first.close();
            return null;
        });

        assertThat(result(second)).isNotSameAs(first);
    }

    @Test
    void aConnectionThatCannotBeMadeFailsOneRequest() throws Exception {
        int port = server.port();
        server.close();
        ConnectionPool pool = pool(port, 1, 1, LONG);

        assertThat(failure(acquire(pool))).isInstanceOf(ConnectException.class);
        assertThat(onLoop(pool::isEmpty)).isTrue();
        assertThat(failure(acquire(pool))).isInstanceOf(ConnectException.class);
    }

    @Test
    void idleConnectionsAreClosedAfterFourSweeps() throws Exception {
        ConnectionPool pool = pool(server.port(), 2, 1, LONG);
        PooledConnection connection = result(acquire(pool));
        onLoop(() -> {
            pool.release(connection);
            for (int i = 0; i < 3; i++) {
                pool.sweep();
            }
            return null;
        });
        assertThat(result(acquire(pool))).isSameAs(connection);

        onLoop(() -> {
            pool.release(connection);
            pool.sweep();
            return null;
        });
        await().atMost(LONG).until(() -> onLoop(pool::isEmpty));
    }

    @Test
    void aConnectionThatTheOtherSideClosedWhileIdleIsForgotten() throws Exception {
        ConnectionPool pool = pool(server.port(), 2, 1, LONG);
        PooledConnection connection = result(acquire(pool));
        onLoop(() -> {
            pool.release(connection);
            return null;
        });
        server.close();

        await().atMost(LONG).until(() -> onLoop(pool::isEmpty));
        assertThat(failure(acquire(pool))).isInstanceOf(ConnectException.class);
    }

    private ConnectionPool pool(int port, int maxOpen, int maxWaiting, Duration maxWait) {
        HttpConnectOptions options =
                new HttpConnectOptions().setHost("127.0.0.1").setPort(port);
        return new ConnectionPool(
                vertx, () -> client.connect(options), new ConnectionPool.Limits(maxOpen, maxWaiting, maxWait));
    }

    private Future<PooledConnection> acquire(ConnectionPool pool) {
        Promise<PooledConnection> promise = Promise.promise();
        loop.runOnContext(turn -> pool.acquire(promise));
        return promise.future();
    }

    private <T> T onLoop(Callable<T> work) throws Exception {
        Promise<T> promise = Promise.promise();
        loop.runOnContext(turn -> promise.complete(call(work)));
        return result(promise.future());
    }

    private static <T> T call(Callable<T> work) {
        try {
            return work.call();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static <T> T result(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static Throwable failure(Future<?> future) throws Exception {
        try {
            throw new AssertionError("no failure but " + result(future));
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }
}
