package dev.rollcall.embedded;

import dev.rollcall.tck.StoreUnderTest;
import dev.rollcall.testing.servers.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;

/**
 * An embedded registry in this process. Links that can be cut lead to it as to a ZooKeeper server; past them clients use {@code
 * embedded:} with its directory. It can't be killed without the process, so that it is stopped instead.
 */
final class EmbeddedUnderTest implements StoreUnderTest {
    private static final Pattern SESSION = Pattern.compile("sid=0x([0-9a-f]+)");

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

    private <T> T ask(PlainZooKeeper.Request<T> request) {
        return PlainZooKeeper.ask(registry.port(), request);
    }

    @Override
    public String uri() {
        return "zookeeper://" + link.endpoint() + "/?" + parameters();
    }

    @Override
    public String directUri() {
        return "embedded:" + directory + "?" + parameters();
    }

    private String parameters() {
        return "root=part-" + part + "&configRoot=config-" + part;
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
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), registry.port())) {
            socket.getOutputStream().write("cons".getBytes(StandardCharsets.US_ASCII));
            Matcher sessions =
                    SESSION.matcher(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
            while (sessions.find()) {
                PlainZooKeeper.expire(registry.port(), Long.parseUnsignedLong(sessions.group(1), 16));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
                if (client.exists(parent, false) == null) {
                    client.create(parent, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
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
    public void putConfig(String key, byte[] value) {
        ask(client -> client.setData("/config-" + part + "/" + key, value, -1));
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
