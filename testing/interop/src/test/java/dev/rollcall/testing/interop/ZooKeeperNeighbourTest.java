package dev.rollcall.testing.interop;

import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.testing.servers.ZooKeeperServers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** One ZooKeeper server for all tests of this module, a part of its tree for each, and clients that are closed after it. */
abstract class ZooKeeperNeighbourTest {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final AtomicInteger PARTS = new AtomicInteger();

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /** The node that all of a test's nodes are below. */
    String part = "";

    /** Started with the first test that needs it; ends with this JVM. */
    private static final class Server {
        static final ZooKeeperServers SERVERS = ZooKeeperServers.start();
    }

    @BeforeEach
    final void isolate() {
        part = "/part" + PARTS.incrementAndGet();
    }

    @AfterEach
    final void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    /** Host and port of the server. */
    static String address() {
        return String.join(",", Server.SERVERS.endpoints());
    }

    /** Has something closed after the test. */
    final <T extends AutoCloseable> T closing(T resource) {
        open.push(resource);
        return resource;
    }

    /** A client of ours in this test's part of the tree. */
    final Rollcall rollcall(String query) {
        return closing(Rollcall.builder("zookeeper://" + address() + part + query)
                .closeOnShutdown(false)
                .connect());
    }

    /** A raw client, whose paths begin at the store's root. */
    final CuratorFramework curator() {
        CuratorFramework curator = closing(CuratorFrameworkFactory.newClient(address(), new RetryOneTime(100)));
        curator.start();
        return curator;
    }

    /** Registers an instance and waits until it is stored. */
    static Registration register(Rollcall rollcall, Instance instance) throws Exception {
        Registration registration = rollcall.register(instance);
        registration.awaitRegistered(PATIENCE);
        return registration;
    }

    /** Waits until an update is stored. */
    static void stored(CompletableFuture<Void> update) throws Exception {
        update.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    static Set<String> ids(ServiceView view) {
        return view.instances().stream().map(Instance::id).collect(Collectors.toSet());
    }

    static ConditionFactory eventually() {
        return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10));
    }
}
