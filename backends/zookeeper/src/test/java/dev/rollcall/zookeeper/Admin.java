package dev.rollcall.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.testing.servers.ServerNode;
import dev.rollcall.testing.servers.ZooKeeperServers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** Looks into a store and meddles with it, with ZooKeeper's own client. Not thread-safe. */
final class Admin implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SESSION_MILLIS = 30_000;
    private static final Pattern SESSION = Pattern.compile("sid=0x([0-9a-f]+)");

    /** From ZooKeeper's server, where anybody can read it: a session's password follows from its id. */
    private static final long PASSWORD_SEED = 0xB3415C00L;

    private final ZooKeeperServers servers;
    private @Nullable ZooKeeper client;

    Admin(ZooKeeperServers servers) {
        this.servers = servers;
    }

    /** A request to ZooKeeper. */
    interface Request<T> {
        T run(ZooKeeper client) throws KeeperException, InterruptedException;
    }

    /** Asks, with a new client and again, until the store answers. */
    <T> T ask(Request<T> request) {
        long start = System.nanoTime();
        while (true) {
            try {
                if (client == null) {
                    client = connect(String.join(",", servers.endpoints()), 0);
                }
                return request.run(client);
            } catch (KeeperException.ConnectionLossException
                    | KeeperException.SessionExpiredException
                    | KeeperException.SessionMovedException e) {
                close();
                assertThat(System.nanoTime() - start)
                        .as("time to reach the store")
                        .isLessThan(PATIENCE.toNanos());
            } catch (KeeperException e) {
                throw new AssertionError(e);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    /** The names of a node's children, none if there is no such node. */
    Set<String> children(String path) {
        return ask(zooKeeper -> {
            zooKeeper.sync(path);
            try {
                return new TreeSet<>(zooKeeper.getChildren(path, false));
            } catch (KeeperException.NoNodeException e) {
                return Set.of();
            }
        });
    }

    /** A node's stat, null if there is no such node. */
    @Nullable
    Stat stat(String path) {
        return ask(zooKeeper -> {
            zooKeeper.sync(path);
            return zooKeeper.exists(path, false);
        });
    }

    byte[] data(String path) {
        return ask(zooKeeper -> zooKeeper.getData(path, false, null));
    }

    void delete(String path) {
        ask(zooKeeper -> {
            zooKeeper.delete(path, -1);
            return path;
        });
    }

    /** Writes a node, which is made when it is missing, like those above it. */
    void write(String path, byte[] data, CreateMode mode) {
        ask(zooKeeper -> {
            for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
                create(zooKeeper, path.substring(0, slash), new byte[0], CreateMode.PERSISTENT);
            }
            if (!create(zooKeeper, path, data, mode)) {
                zooKeeper.setData(path, data, -1);
            }
            return path;
        });
    }

    private static boolean create(ZooKeeper zooKeeper, String path, byte[] data, CreateMode mode)
            throws KeeperException, InterruptedException {
        try {
            zooKeeper.create(path, data, ZooDefs.Ids.OPEN_ACL_UNSAFE, mode);
            return true;
        } catch (KeeperException.NodeExistsException e) {
            return false;
        }
    }

    /** Ends every client's session, in the only way that a server offers: under its id and password. */
    void expireSessions() {
        for (ServerNode node : servers.nodes()) {
            Matcher sessions = SESSION.matcher(servers.ask(node, "cons"));
            while (sessions.find()) {
                long id = Long.parseUnsignedLong(sessions.group(1), 16);
                if (client == null || id != client.getSessionId()) {
                    expire(node.endpoint(), id);
                }
            }
        }
    }

    /** Ends the session that an ephemeral node is of. */
    void expireOwner(String path) {
        expire(
                servers.node(0).endpoint(),
                ask(zooKeeper -> zooKeeper.exists(path, false)).getEphemeralOwner());
    }

    private static void expire(String endpoint, long session) {
        try {
            connect(endpoint, session).close();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static ZooKeeper connect(String endpoints, long session) {
        CountDownLatch connected = new CountDownLatch(1);
        try {
            ZooKeeper client = session == 0
                    ? new ZooKeeper(endpoints, SESSION_MILLIS, event -> connected.countDown())
                    : new ZooKeeper(
                            endpoints, SESSION_MILLIS, event -> connected.countDown(), session, password(session));
            assertThat(connected.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            return client;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static byte[] password(long session) {
        byte[] password = new byte[16];
        new Random(session ^ PASSWORD_SEED).nextBytes(password);
        return password;
    }

    private static AssertionError interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AssertionError(e);
    }

    @Override
    public void close() {
        if (client != null) {
            try {
                client.close();
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            client = null;
        }
    }

    /** The paths of all that the given nodes hold, and which transactions made and wrote it. */
    List<String> fingerprint(String parent) {
        return children(parent).stream()
                .map(child -> {
                    Stat stat = stat(parent + "/" + child);
                    return stat == null
                            ? child
                            : child + " " + stat.getCzxid() + " " + stat.getMzxid() + " " + stat.getEphemeralOwner();
                })
                .toList();
    }
}
