package dev.rollcall.etcd;

import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.testing.servers.EtcdServers;
import dev.rollcall.testing.servers.TcpProxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** One etcd for a class of tests, behind a proxy, with a root of its own for each test. */
abstract class OneEtcd {
    private static final AtomicInteger TESTS = new AtomicInteger();

    static EtcdServers etcd;
    static TcpProxy proxy;

    private final Deque<TestClient> clients = new ArrayDeque<>();
    String root;

    @BeforeAll
    static void start() {
        etcd = EtcdServers.start();
        proxy = TcpProxy.to(etcd.endpoints().get(0));
    }

    @AfterAll
    static void stop() {
        proxy.close();
        etcd.close();
    }

    @BeforeEach
    void isolate() {
        root = "test-" + TESTS.incrementAndGet();
    }

    @AfterEach
    void closeClients() {
        proxy.heal();
        while (!clients.isEmpty()) {
            clients.pop().close();
        }
    }

    /** A client that no fault comes between. */
    TestClient client() {
        return client(etcd.uri(), Duration.ofSeconds(10));
    }

    /** A client behind the proxy. */
    TestClient proxied() {
        return client(etcd.uri(List.of(proxy.endpoint())), Duration.ofSeconds(10));
    }

    TestClient client(String uri, Duration ttl) {
        return client(uri, ttl, Duration.ofSeconds(5));
    }

    TestClient client(String uri, Duration ttl, Duration requestTimeout) {
        return register(TestClient.connect(uri + "/?root=" + root, ttl, requestTimeout));
    }

    /** Has a client closed after the test. */
    TestClient register(TestClient client) {
        clients.push(client);
        return client;
    }

    static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(10));
    }

    String key(String service, String id) {
        return root + "/" + service + "/" + id;
    }

    /** What etcd has of a service, by etcdctl. */
    Set<String> stored(String service) {
        String prefix = key(service, "");
        return etcd.etcdctl("get", "--prefix", "--keys-only", prefix)
                .lines()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .collect(Collectors.toSet());
    }

    static Instance orders(int number) {
        return Instance.of(
                        "orders",
                        "http://10." + number / 62_500 + "." + number / 250 % 250 + "." + number % 250 + ":8080")
                .withId("orders-" + number);
    }

    static String json(Instance instance) {
        return InstanceWriter.write(instance).toStringUtf8();
    }
}
