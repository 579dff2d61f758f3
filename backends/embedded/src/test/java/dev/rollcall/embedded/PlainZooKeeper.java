package dev.rollcall.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;

/** ZooKeeper's own client, for one request at a time to a server on this machine. */
final class PlainZooKeeper {
    private static final int SESSION_MILLIS = 30_000;
    private static final int PATIENCE_SECONDS = 30;

    /** From ZooKeeper's server: a session's password follows from its id. */
    private static final long PASSWORD_SEED = 0xB3415C00L;

    private PlainZooKeeper() {}

    interface Request<T> {
        T run(ZooKeeper client) throws KeeperException, InterruptedException;
    }

    static <T> T ask(int port, Request<T> request) {
        return ask(port, 0, request);
    }

    /** Ends somebody's session. */
    static void expire(int port, long session) {
        assertThat(ask(port, session, ZooKeeper::getSessionId)).isEqualTo(session);
    }

    private static <T> T ask(int port, long session, Request<T> request) {
        try {
            ZooKeeper client = connect(EmbeddedRegistry.LOOPBACK + ":" + port, session);
            try {
                return request.run(client);
            } finally {
                client.close();
            }
        } catch (KeeperException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static ZooKeeper connect(String endpoint, long session) throws IOException, InterruptedException {
        CountDownLatch connected = new CountDownLatch(1);
        byte[] password = new byte[16];
        new Random(session ^ PASSWORD_SEED).nextBytes(password);
        ZooKeeper client = session == 0
                ? new ZooKeeper(endpoint, SESSION_MILLIS, event -> connected.countDown())
                : new ZooKeeper(endpoint, SESSION_MILLIS, event -> connected.countDown(), session, password);
        assertThat(connected.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return client;
    }
}
