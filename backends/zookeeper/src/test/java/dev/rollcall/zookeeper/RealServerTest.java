package dev.rollcall.zookeeper;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** A real store for the tests of a class, an empty part of it for each, and clients that are closed after it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RealServerTest {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Deque<Client> clients = new ArrayDeque<>();
    private final int nodes;
    ZooKeeperUnderTest store;

    RealServerTest(int nodes) {
        this.nodes = nodes;
    }

    @BeforeAll
    final void startStore() {
        store = new ZooKeeperUnderTest(nodes);
    }

    @AfterAll
    final void stopStore() {
        store.close();
    }

    @BeforeEach
    final void isolate() {
        store.isolate();
    }

    @AfterEach
    final void closeClients() {
        store.heal();
        while (!clients.isEmpty()) {
            clients.pop().close();
        }
    }

    /** A client over links that can be cut. */
    final Client client() {
        return client(store.uri(), Client.TTL);
    }

    /** A client that cut links don't touch. */
    final Client observer() {
        return client(store.directUri(), Client.TTL);
    }

    final Client client(String uri, Duration ttl) {
        Client client = new Client(uri, ttl);
        clients.push(client);
        return client;
    }

    /** Where an instance's node is. */
    final String node(String service, String id) {
        return store.root() + "/" + service + "/" + id;
    }

    static ConditionFactory eventually() {
        return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10));
    }

    /** Waits for a while during which a condition must hold. */
    static ConditionFactory lasting(Duration time) {
        return await().during(time).atMost(time.plus(PATIENCE)).pollInterval(Duration.ofMillis(10));
    }
}
