package dev.rollcall.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.tck.StoreUnderTest;
import dev.rollcall.testing.servers.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
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

/**
 * An embedded registry in this process. Links that can be cut lead to it as to a ZooKeeper server; past them clients use {@code
 * embedded:} with its directory. It can't be killed without the process, so that it is stopped instead.
 */
final class EmbeddedUnderTest implements StoreUnderTest {
    private static final int SESSION_MILLIS = 30_000;
    private static final int PATIENCE_SECONDS = 30;
    private static final Pattern SESSION = Pattern.compile("sid=0x([0-9a-f]+)");

    /** From ZooKeeper's server: a session's password follows from its id. */
    private static final long PASSWORD_SEED = 0xB3415C00L;

    private final Path directory;
    private final TcpProxy link;
    private EmbeddedRegistry registry;
    private int part;

    EmbeddedUnderTest() {
        System.setProperty("zookeeper.4lw.commands.whitelist", "*");
        try {
            directory = Files.createTempDirectory("rollcall-embedded-test-");
            registry = EmbeddedRegistry.start(directory, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        link = TcpProxy.to(EmbeddedRegistry.LOOPBACK + ":" + registry.port());
    }

    private interface Request<T> {
        T run(ZooKeeper client) throws KeeperException, InterruptedException;
    }

    private <T> T ask(Request<T> request) {
        try (ZooKeeper client = connect(0)) {
            return request.run(client);
        } catch (KeeperException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private ZooKeeper connect(long session) throws InterruptedException {
        CountDownLatch connected = new CountDownLatch(1);
        byte[] password = new byte[16];
        new Random(session ^ PASSWORD_SEED).nextBytes(password);
        try {
            String endpoint = EmbeddedRegistry.LOOPBACK + ":" + registry.port();
            ZooKeeper client = session == 0
                    ? new ZooKeeper(endpoint, SESSION_MILLIS, event -> connected.countDown())
                    : new ZooKeeper(endpoint, SESSION_MILLIS, event -> connected.countDown(), session, password);
            assertThat(connected.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            return client;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String uri() {
        return "zookeeper://" + link.endpoint() + "/?root=part-" + part;
    }

    @Override
    public String directUri() {
        return "embedded:" + directory + "?root=part-" + part;
    }

    @Override
    public void isolate() {
        part++;
    }

    @Override
    public void cut() {
        link.cut();
    }

    @Override
    public void freeze() {
        link.freeze();
    }

    @Override
    public void heal() {
        link.heal();
    }

    @Override
    public void kill() {
        registry.close();
    }

    @Override
    public void restart() {
        registry.close();
        try {
            registry = EmbeddedRegistry.start(directory, registry.port());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void wipe() {
        registry.close();
        delete(directory.resolve("data"));
        restart();
    }

    @Override
    public void expireLeases() {
        try (Socket socket = new Socket(EmbeddedRegistry.LOOPBACK, registry.port())) {
            socket.getOutputStream().write("cons".getBytes(StandardCharsets.US_ASCII));
            Matcher sessions = SESSION.matcher(
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
            while (sessions.find()) {
                connect(Long.parseUnsignedLong(sessions.group(1), 16)).close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void delete(String service, String id) {
        ask(client -> {
            client.delete(path(service, id), -1);
            return id;
        });
    }

    @Override
    public void putGarbage(String service, String id) {
        ask(client -> {
            for (String parent : new String[] {"/part-" + part, "/part-" + part + "/" + service}) {
                try {
                    client.create(parent, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
                } catch (KeeperException.NodeExistsException e) {
                    continue;
                }
            }
            return client.create(
                    path(service, id),
                    "garbage".getBytes(StandardCharsets.UTF_8),
                    ZooDefs.Ids.OPEN_ACL_UNSAFE,
                    CreateMode.PERSISTENT);
        });
    }

    @Override
    public Set<String> ids(String service) {
        return ask(client -> {
            try {
                return new TreeSet<>(client.getChildren("/part-" + part + "/" + service, false));
            } catch (KeeperException.NoNodeException e) {
                return Set.of();
            }
        });
    }

    private String path(String service, String id) {
        return "/part-" + part + "/" + service + "/" + id;
    }

    @Override
    public void close() {
        link.close();
        registry.close();
        delete(directory);
    }

    private static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path done, IOException failure) throws IOException {
                    Files.delete(done);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
