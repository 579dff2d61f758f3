package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.Publication;
import dev.rollcall.testing.servers.TcpProxy.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PublicationTest extends OneEtcd {
    @Test
    void writesWhatEtcdsOwnNamingReads() {
        client().publish(orders(1));

        assertThat(etcd.etcdctl("get", "--print-value-only", key("orders", "orders-1"))
                        .strip())
                .isEqualTo("{\"Op\":0,\"Addr\":\"10.0.0.1:8080\",\"Metadata\":null,"
                        + "\"Rollcall\":{\"endpoints\":[\"http://10.0.0.1:8080\"]}}");
    }

    @Test
    void neverPutsAKeyWithoutALease() {
        client().publish(orders(1));

        assertThat(etcd.etcdctl("get", "-w", "fields", key("orders", "orders-1")))
                .containsPattern("\"Lease\" : [1-9][0-9]+");
    }

    @Test
    void allEntriesOfAClientShareOneLease() {
        TestClient client = client();
        List<CompletableFuture<Void>> puts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Instance instance = orders(i);
            puts.add(client.backend
                    .publish("orders", instance.id(), new RecordedLosses())
                    .put(instance)
                    .toCompletableFuture());
        }
        puts.forEach(TestClient::await);

        long leases = etcd.etcdctl("get", "--prefix", "-w", "fields", key("orders", ""))
                .lines()
                .filter(line -> line.startsWith("\"Lease\""))
                .distinct()
                .count();
        assertThat(leases).isEqualTo(1);
    }

    @Test
    void anUpdateReplacesTheEntryInPlace() {
        TestClient client = client();
        RecordedInstances seen = client.watch("orders");
        eventually().until(seen::isFresh);
        TestClient.Published published = client.publish(orders(1));

        TestClient.await(published.publication().put(orders(1).withStatus(Status.DRAINING)));

        eventually().until(() -> seen.known().containsValue(orders(1).withStatus(Status.DRAINING)));
        assertThat(seen.removals).hasValue(0);
        assertThat(published.losses().lost).isEmpty();
        assertThat(published.losses().displaced).isEmpty();
    }

    @Test
    void aRemovalRemovesTheEntryAndEndsTheCalls() {
        TestClient.Published published = client().publish(orders(1));

        TestClient.await(published.publication().remove());

        assertThat(stored("orders")).isEmpty();
        assertThat(published.losses().lost).isEmpty();
    }

    @Test
    void aRemovalIsMarkedSoThatConsumersCanTellItFromACrash() {
        TestClient client = client();
        RecordedInstances seen = client.watch("orders");
        eventually().until(seen::isFresh);
        TestClient.Published marked = client.publish(orders(1));
        TestClient.await(marked.publication().put(orders(1).withStatus(Status.DRAINING)));
        TestClient.Published unmarked = client.publish(orders(2));

        TestClient.await(marked.publication().remove());
        TestClient.await(unmarked.publication().remove());

        eventually().until(() -> seen.known().isEmpty());
        assertThat(seen.history)
                .containsExactly(
                        "orders-1 UP",
                        "orders-1 DRAINING",
                        "orders-2 UP",
                        "orders-1 gone",
                        "orders-2 DRAINING",
                        "orders-2 gone");
    }

    @Test
    void aPublicationThatWasNeverPutIsRemovedWithoutTheStore() {
        proxy.cut();
        Publication publication = proxied().backend.publish("orders", "a", new RecordedLosses());

        TestClient.await(publication.remove());
    }

    @Test
    void keyOverwrittenByAnotherOwnerIsDisplacementUntilThatGoes() {
        TestClient.Published first = client().publish(orders(1));

        TestClient.Published second = client().publish(orders(1).withWeight(2));

        eventually().until(() -> !first.losses().displaced.isEmpty());
        assertThat(first.losses().displaced.get(0).kind()).isEqualTo(Kind.DISPLACED);
        assertThat(first.losses().lost).isEmpty();
        assertThat(second.losses().displaced).isEmpty();

        TestClient.await(second.publication().remove());
        eventually().until(() -> !first.losses().lost.isEmpty());
    }

    @Test
    void aRemovalLeavesAnothersEntryAlone() {
        TestClient.Published first = client().publish(orders(1));
        client().publish(orders(1).withWeight(2));

        TestClient.await(first.publication().remove());

        assertThat(stored("orders")).containsExactly("orders-1");
    }

    @Test
    void anOlderWriteOfOursThatArrivesLateIsReplacedByTheLatest() {
        TestClient.Published published = client().publish(orders(1).withWeight(2));
        try (DirectEtcd direct = new DirectEtcd(etcd.endpoints().get(0))) {
            long lease = direct.lease(key("orders", "orders-1"));
            ByteString key = ByteString.copyFromUtf8(key("orders", "orders-1"));
            direct.txn(Transactions.put(key, InstanceWriter.write(orders(1)), lease, new Keys(root).fence("x-1")));
        }

        eventually().until(() -> !published.losses().lost.isEmpty());
        assertThat(published.losses().displaced).isEmpty();
    }

    @Test
    void aPutThatGoesUnansweredDoesNotBringBackWhatWasRemoved() {
        TestClient client = TestClient.connect(
                etcd.uri(List.of(proxy.endpoint())) + "/?root=" + root, Duration.ofSeconds(30), Duration.ofSeconds(1));
        try (client) {
            // a lease, so that the put that goes astray is the first request after it
            client.publish(orders(2));
            Publication publication = client.backend.publish("orders", "orders-1", new RecordedLosses());
            proxy.hold(Direction.CLIENT_TO_SERVER);
            assertThatThrownBy(() -> TestClient.await(publication.put(orders(1))))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> assertThat(e.concernsWholeStore()).isTrue());

            // the removal takes another connection, past the put that is held up
            CompletableFuture<Void> removal = new CompletableFuture<>();
            Thread closing = new Thread(() -> {
                Publication again = publication;
                while (true) {
                    try {
                        TestClient.await(again.remove());
                        removal.complete(null);
                        return;
                    } catch (StoreException e) {
                        // as the core does
                    }
                }
            });
            closing.start();
            proxy.reset();
            proxy.release(Direction.CLIENT_TO_SERVER);
            assertThat(removal).succeedsWithin(Duration.ofSeconds(60));

            assertThat(stored("orders")).containsExactly("orders-2");
        }
    }

    @Test
    void theFenceStopsAPutThatArrivesAfterTheRemoval() {
        TestClient client = client();
        client.publish(orders(2));
        DirectEtcd direct = new DirectEtcd(etcd.endpoints().get(0));
        try (direct) {
            long lease = direct.lease(key("orders", "orders-2"));
            var key = ByteString.copyFromUtf8(key("orders", "orders-1"));
            var fence = new Keys(root).fence("x-1");
            var late = Transactions.put(key, InstanceWriter.write(orders(1)), lease, fence);

            assertThat(direct.txn(Transactions.remove(key, lease, fence, lease)).getSucceeded())
                    .isFalse();
            assertThat(direct.txn(late).getSucceeded()).isFalse();

            assertThat(stored("orders")).isEqualTo(Set.of("orders-2"));
            RecordedServices services = new RecordedServices();
            client.backend.watchServices(services);
            eventually().until(() -> services.names().equals(Set.of("orders")));
        }
    }

    @Test
    void closingTheBackendRemovesAllAtOnceAndFailsWhatIsUnderWay() {
        TestClient client = client();
        TestClient.Published published = client.publish(orders(1));
        client.publish(orders(2));

        client.backend.close();

        assertThat(stored("orders")).isEmpty();
        assertThatThrownBy(() -> TestClient.await(published.publication().put(orders(1))))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
        assertThat(published.losses().lost).isEmpty();
    }

    @Test
    void whatIsUnderWayWhenTheBackendClosesFailsAsClosed() {
        proxy.hold(Direction.CLIENT_TO_SERVER);
        TestClient client = proxied();
        CompletableFuture<Void> put = client.backend
                .publish("orders", "orders-1", new RecordedLosses())
                .put(orders(1))
                .toCompletableFuture();

        client.backend.close();

        assertThatThrownBy(() -> TestClient.await(put))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CLOSED));
    }

    @Test
    void theLargestInstanceFitsOneRequest() {
        Instance large = orders(1);
        for (int i = 0; i < 10; i++) {
            large = large.withMetadata("key-" + i, "\u0001".repeat(6_500));
        }
        Instance tooLarge = large;
        TestClient client = client();

        // 65,000 control characters take six bytes each: within etcd's limit of 1.5 MiB, and within ours
        client.publish(tooLarge);

        RecordedInstances seen = client.watch("orders");
        eventually().until(() -> seen.known().containsValue(tooLarge));
    }

    @Test
    void tenThousandPublicationsOnOneLease() {
        TestClient client = client(etcd.uri(), Duration.ofSeconds(60), Duration.ofSeconds(60));
        List<RecordedLosses> losses = new ArrayList<>();
        List<Publication> publications = new ArrayList<>();
        List<CompletableFuture<Void>> puts = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            losses.add(new RecordedLosses());
            publications.add(client.backend.publish("orders", orders(i).id(), losses.get(i)));
        }
        for (int i = 0; i < 10_000; i++) {
            puts.add(publications.get(i).put(orders(i)).toCompletableFuture());
        }
        puts.forEach(TestClient::await);
        assertThat(stored("orders")).hasSize(10_000);
        assertThat(losses).allSatisfy(one -> assertThat(one.lost).isEmpty());

        // each of them watches its own key by and by
        etcd.etcdctl("del", key("orders", "orders-1"));
        eventually().until(() -> !losses.get(1).lost.isEmpty());
        etcd.etcdctl("del", key("orders", "orders-9999"));
        eventually().until(() -> !losses.get(9_999).lost.isEmpty());
    }
}
