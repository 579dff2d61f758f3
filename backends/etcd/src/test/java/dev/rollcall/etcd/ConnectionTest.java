package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.Publication;
import dev.rollcall.testing.servers.EtcdServers;
import dev.rollcall.testing.servers.ServerNode;
import dev.rollcall.testing.servers.TcpProxy;
import dev.rollcall.testing.servers.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionTest {
    private static final Instance ORDERS = Instance.of("orders", "http://10.0.0.5:8080");

    private static ConditionFactory eventually() {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(10));
    }

    private static TestClient quick(String uri) {
        return TestClient.connect(uri, Duration.ofSeconds(10), Duration.ofSeconds(10));
    }

    /** A TLS library takes a while to load on a busy machine. */
    private static TestClient patient(String uri) {
        return TestClient.connect(uri, Duration.ofSeconds(60), Duration.ofSeconds(30));
    }

    @Test
    void frozenLinkIsNoticedWithinTheTtlAndTheLeaseSaved() {
        try (EtcdServers etcd = EtcdServers.start();
                TcpProxy one = TcpProxy.to(etcd.endpoints().get(0));
                TcpProxy other = TcpProxy.to(etcd.endpoints().get(0));
                TestClient client = TestClient.connect(
                        etcd.uri(List.of(one.endpoint(), other.endpoint())),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(5))) {
            TestClient.Published published = client.publish(ORDERS);
            RecordedInstances view = client.watch("orders");
            eventually().until(() -> view.known().size() == 1);

            (one.connections() > 0 ? one : other).freeze();
            etcd.etcdctl(
                    "put",
                    "rollcall/orders/second",
                    InstanceWriter.write(ORDERS).toStringUtf8());

            eventually().until(() -> view.known().size() == 2);
            eventually().until(view::isFresh);
            assertThat(published.losses().lost).isEmpty();
            assertThat(view.removals).hasValue(0);
        }
    }

    @Test
    void frozenServerIsNoticedWithoutAnotherToTurnTo() {
        try (EtcdServers etcd = EtcdServers.start();
                TestClient client = TestClient.connect(etcd.uri(), Duration.ofSeconds(2), Duration.ofSeconds(1))) {
            TestClient.Published published = client.publish(ORDERS);
            RecordedInstances view = client.watch("orders");
            eventually().until(view::isFresh);

            etcd.pause();

            eventually().until(() -> !view.isFresh());
            eventually().until(() -> !published.losses().lost.isEmpty());
            etcd.resume();
            eventually().until(view::isFresh);
        }
    }

    @Test
    void leaderKilledInAClusterOfThree() {
        try (EtcdServers etcd = EtcdServers.startCluster(3);
                TestClient client = quick(etcd.uri())) {
            TestClient.Published published = client.publish(ORDERS);
            RecordedInstances view = client.watch("orders");
            eventually().until(() -> view.known().size() == 1);

            ServerNode leader = etcd.leader();
            leader.kill();

            TestClient.putAtLast(published.publication(), ORDERS.withWeight(2));
            eventually().until(() -> view.known().containsValue(ORDERS.withWeight(2)));
            eventually().until(view::isFresh);
            assertThat(view.removals).hasValue(0);
            assertThat(published.losses().lost).isEmpty();
            assertThat(view.violations).isEmpty();
        }
    }

    @Test
    void memberKilledAfterMemberLeavesTheRegistrationAlone() {
        try (EtcdServers etcd = EtcdServers.startCluster(3);
                TestClient client = quick(etcd.uri())) {
            TestClient.Published published = client.publish(ORDERS);
            RecordedInstances view = client.watch("orders");
            eventually().until(() -> view.known().size() == 1);

            for (ServerNode node : etcd.nodes()) {
                node.restart();
            }

            eventually().until(view::isFresh);
            assertThat(published.losses().lost).isEmpty();
            assertThat(view.removals).hasValue(0);
        }
    }

    @Test
    void memberCutOffFromTheOthersSaysSoInsteadOfGoingSilent() {
        try (EtcdServers etcd = EtcdServers.startCluster(3)) {
            ServerNode alone = etcd.followers().get(0);
            try (TestClient client = quick(etcd.uri(List.of(alone.endpoint())))) {
                RecordedInstances view = client.watch("orders");
                eventually().until(view::isFresh);

                etcd.nodes().stream().filter(node -> !node.equals(alone)).forEach(ServerNode::pause);

                eventually().until(() -> !view.isFresh());
                etcd.resume();
                eventually().until(view::isFresh);
            }
        }
    }

    @Test
    void authTokenExpires() {
        try (EtcdServers etcd = EtcdServers.builder()
                        .rootPassword("root-secret")
                        .user("orders", "user-secret", "rollcall/")
                        .authTokenTtl(Duration.ofSeconds(2))
                        .start();
                TestClient client = TestClient.connect(
                        etcd.uri().replace("etcd://", "etcd://orders:user-secret@"),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(5))) {
            TestClient.Published published = client.publish(ORDERS);
            RecordedInstances first = client.watch("orders");
            eventually().until(() -> first.known().size() == 1);

            // longer than the token lives unused: nothing is sent meanwhile, the next probe is 5 s away
            Awaitility.await()
                    .during(Duration.ofSeconds(5))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> published.losses().lost.isEmpty());

            TestClient.await(published.publication().put(ORDERS.withWeight(2)));
            eventually().until(() -> first.known().containsValue(ORDERS.withWeight(2)));
            // a new watch on the stream that was opened with the old token
            RecordedInstances second = client.watch("users");
            eventually().until(second::isFresh);
            etcd.etcdctl("put", "rollcall/users/a", InstanceWriter.write(ORDERS).toStringUtf8());
            eventually().until(() -> second.known().size() == 1);
            etcd.etcdctl(
                    "put", "rollcall/orders/b", InstanceWriter.write(ORDERS).toStringUtf8());
            eventually().until(() -> first.known().size() == 2);

            assertThat(first.interruptions).isEmpty();
            assertThat(second.interruptions).isEmpty();
            assertThat(published.losses().lost).isEmpty();
        }
    }

    @Test
    void wrongPasswordIsToldAndAChangedPasswordFileHeals(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("password"), "wrong-secret\n");
        try (EtcdServers etcd = EtcdServers.builder()
                        .rootPassword("root-secret")
                        .user("orders", "user-secret", "rollcall/")
                        .start();
                TestClient client = quick(etcd.uri().replace("etcd://", "etcd://orders@") + "/?passwordFile=" + file)) {
            RecordedInstances view = client.watch("orders");
            eventually().until(() -> !view.interruptions.isEmpty());
            assertThat(view.interruptions.get(0).kind()).isEqualTo(Kind.DENIED);
            assertThat(view.interruptions.get(0))
                    .hasMessageContaining("authentication failed")
                    .hasMessageContaining("check the user's password");
            assertThat(view.interruptions.get(0).toString()).doesNotContain("secret");

            Files.writeString(file, "user-secret\n");
            eventually().until(view::isFresh);
        }
    }

    @Test
    void withoutAUserOneIsAskedFor() {
        try (EtcdServers etcd =
                        EtcdServers.builder().rootPassword("root-secret").start();
                TestClient client = quick(etcd.uri())) {
            RecordedInstances view = client.watch("orders");
            eventually().until(() -> !view.interruptions.isEmpty());

            assertThat(view.interruptions.get(0).kind()).isEqualTo(Kind.DENIED);
            assertThat(view.interruptions.get(0)).hasMessageContaining("etcd://user:password@");
        }
    }

    @Test
    void aUserWithoutPermissionIsToldWhichKeysItNeeds() {
        try (EtcdServers etcd = EtcdServers.builder()
                        .rootPassword("root-secret")
                        .user("orders", "user-secret", "elsewhere/")
                        .start();
                TestClient client = quick(etcd.uri().replace("etcd://", "etcd://orders:user-secret@"))) {
            RecordedInstances view = client.watch("orders");
            eventually().until(() -> !view.interruptions.isEmpty());
            assertThat(view.interruptions.get(0).kind()).isEqualTo(Kind.DENIED);
            assertThat(view.interruptions.get(0)).hasMessageContaining("rollcall/");

            Publication publication = client.backend.publish("orders", "a", new RecordedLosses());
            assertThatThrownBy(() -> TestClient.await(publication.put(ORDERS)))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
            // which may ask for nothing, as it may not either
            Publication refused = client.backend.publish("orders", "b", new RecordedLosses());
            assertThatThrownBy(() -> TestClient.await(refused.put(ORDERS))).isInstanceOf(StoreException.class);
            TestClient.await(refused.remove());

            etcd.etcdctl("role", "grant-permission", "--prefix=true", "orders", "readwrite", "rollcall/");
            eventually().until(view::isFresh);
            TestClient.await(publication.put(ORDERS));
        }
    }

    /** Waiting for a connection would change nothing: the request would have 5 minutes, the test has less. */
    @Test
    void whatIsWrittenByAClientThatIsNotLetInFailsAtOnce() {
        try (EtcdServers etcd =
                        EtcdServers.builder().rootPassword("root-secret").start();
                TestClient client = TestClient.connect(
                        etcd.uri().replace("etcd://", "etcd://root:wrong-secret@"),
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(5))) {
            for (int i = 0; i < 2; i++) { // before the first try to connect has ended, and after it
                Publication publication = client.backend.publish("orders", "a" + i, new RecordedLosses());
                assertThatThrownBy(() -> TestClient.await(publication.put(ORDERS)))
                        .isInstanceOfSatisfying(
                                StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
                TestClient.await(publication.remove());
            }
        }
    }

    @Test
    void credentialsForAnEtcdWithoutAuthenticationDoNoHarm() {
        try (EtcdServers etcd = EtcdServers.start();
                TestClient client = quick(etcd.uri().replace("etcd://", "etcd://orders:user-secret@"))) {
            client.publish(ORDERS);
        }
    }

    @Test
    void tlsWithAClientCertificate() {
        try (EtcdServers etcd = EtcdServers.builder().tls().start()) {
            TlsFiles files = etcd.tls().orElseThrow();
            String tls = etcd.uri().replace("etcd://", "etcd+tls://");
            try (TestClient client = patient(tls + "/?ca=" + files.authority() + "&cert=" + files.clientCertificate()
                    + "&key=" + files.clientKey())) {
                client.publish(ORDERS);
                RecordedInstances view = client.watch("orders");
                eventually().until(() -> view.known().size() == 1);
            }
            try (TestClient client = patient(tls + "/?ca=" + files.authority())) {
                RecordedInstances view = client.watch("orders");
                eventually().until(() -> !view.interruptions.isEmpty());
                assertThat(view.interruptions.get(0)).hasMessageContaining("?cert=");
            }
            try (TestClient client = patient(tls)) {
                RecordedInstances view = client.watch("orders");
                eventually().until(() -> !view.interruptions.isEmpty());
                assertThat(view.interruptions.get(0)).hasMessageContaining("certification path");
            }
            try (TestClient client = patient(etcd.uri())) {
                RecordedInstances view = client.watch("orders");
                eventually().until(() -> !view.interruptions.isEmpty());
                assertThat(view.interruptions.get(0)).hasMessageContaining("etcd+tls://");
            }
        }
    }

    @Test
    void openingAndClosingLeavesNothingBehind() {
        try (EtcdServers etcd = EtcdServers.start();
                TcpProxy proxy = TcpProxy.to(etcd.endpoints().get(0))) {
            String uri = etcd.uri(List.of(proxy.endpoint()));
            for (int i = 0; i < 10; i++) {
                cycle(uri);
            }
            Set<Thread> before = Thread.getAllStackTraces().keySet();
            for (int i = 0; i < 200; i++) {
                cycle(uri);
            }

            eventually().until(() -> proxy.connections() == 0);
            eventually()
                    .until(() -> Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> !before.contains(thread))
                            .noneMatch(thread -> thread.getName().startsWith("test-")));
            assertThat(etcd.etcdctl("lease", "list")).contains("found 0 leases");
            assertThat(etcd.etcdctl("get", "--prefix", "rollcall/")).isBlank();
        }
    }

    private static void cycle(String uri) {
        try (TestClient client = quick(uri)) {
            RecordedInstances view = client.watch("orders");
            client.publish(ORDERS);
            eventually().until(() -> view.known().size() == 1);
        }
    }

    @Test
    void tenThousandViewsAndPublicationsComeAndGo() {
        try (EtcdServers etcd = EtcdServers.start();
                TestClient client = quick(etcd.uri())) {
            for (int round = 0; round < 100; round++) {
                for (int i = 0; i < 100; i++) {
                    client.backend
                            .watchInstances("orders", new RecordedInstances())
                            .close();
                    TestClient.await(client.backend
                            .publish("orders", "a", new RecordedLosses())
                            .remove());
                }
            }
            RecordedInstances view = client.watch("orders");
            eventually().until(view::isFresh);
        }
    }

    @Test
    void closingDoesNotWaitForAStoreThatIsAway() {
        try (EtcdServers etcd = EtcdServers.start()) {
            TestClient client = quick(etcd.uri());
            client.publish(ORDERS);
            etcd.kill();

            client.close();
        }
    }
}
