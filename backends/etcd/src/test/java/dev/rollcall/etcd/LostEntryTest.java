package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.StoreException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a publication is told, and what not, when its key or its lease goes without its doing. */
class LostEntryTest extends OneEtcd {
    /** Runs out while a test waits, and not while a busy machine's disk makes a put wait. */
    private static final Duration SHORT_TTL = Duration.ofSeconds(5);

    @Test
    void keyDeletedBySomebodyWhileTheLeaseLives() {
        TestClient.Published published = client().publish(orders(1));

        etcd.etcdctl("del", key("orders", "orders-1"));

        eventually().until(() -> !published.losses().lost.isEmpty());
        assertThat(published.losses().lost.get(0).kind()).isEqualTo(Kind.DELETED);
        TestClient.await(published.publication().put(orders(1)));
        assertThat(stored("orders")).containsExactly("orders-1");
        assertThat(published.losses().lost).hasSize(1);
    }

    @Test
    void keyDeletedWhileCutOff() {
        TestClient.Published published = proxied().publish(orders(1));

        proxy.cut();
        etcd.etcdctl("del", key("orders", "orders-1"));
        proxy.heal();

        eventually().until(() -> !published.losses().lost.isEmpty());
    }

    @Test
    void keyDeletedAndHistoryCompactedWhileCutOff() {
        TestClient.Published published = proxied().publish(orders(1));

        proxy.cut();
        etcd.etcdctl("del", key("orders", "orders-1"));
        EtcdUnderTest.compact(etcd);
        proxy.heal();

        eventually().until(() -> !published.losses().lost.isEmpty());
    }

    @Test
    void leaseRevoked() {
        TestClient client = client();
        TestClient.Published published = client.publish(orders(1));

        EtcdUnderTest.expireLeases(etcd);

        eventually().until(() -> published.losses().lost.stream().anyMatch(cause -> cause.kind() == Kind.LEASE_LOST));
        TestClient.await(published.publication().put(orders(1)));
        assertThat(stored("orders")).containsExactly("orders-1");
    }

    @Test
    void massRevokeTellsEveryPublicationAndOneGrantServesThemAll() {
        TestClient client = client();
        List<TestClient.Published> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            all.add(client.publish(orders(i)));
        }

        EtcdUnderTest.expireLeases(etcd);

        eventually().until(() -> all.stream().noneMatch(one -> one.losses().lost.isEmpty()));
        eventually().until(() -> all.get(0).losses().lost.stream().anyMatch(cause -> cause.kind() == Kind.LEASE_LOST));
        List<CompletableFuture<Void>> puts = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            puts.add(all.get(i).publication().put(orders(i)).toCompletableFuture());
        }
        puts.forEach(TestClient::await);
        assertThat(stored("orders")).hasSize(500);
        assertThat(etcd.etcdctl("lease", "list")).contains("found 1 leases");
    }

    @Test
    void leaseNotRenewedForAWholeTtlIsLostByOurOwnClock() {
        TestClient client = client(etcd.uri(List.of(proxy.endpoint())), SHORT_TTL);
        TestClient.Published published = client.publish(orders(1));

        proxy.cut();

        eventually().until(() -> !published.losses().lost.isEmpty());
        assertThat(published.losses().lost.get(0).kind()).isEqualTo(Kind.LEASE_LOST);
        proxy.heal();
        TestClient.putAtLast(published.publication(), orders(1));
        assertThat(stored("orders")).containsExactly("orders-1");
    }

    @Test
    void aShortCutChangesNothing() {
        TestClient client = proxied();
        RecordedInstances seen = client().watch("orders");
        eventually().until(seen::isFresh);
        TestClient.Published published = client.publish(orders(1));
        RecordedInstances own = client.watch("orders");
        eventually().until(own::isFresh);

        proxy.cut();
        eventually().until(() -> !own.isFresh());
        proxy.heal();
        eventually().until(own::isFresh);

        assertThat(published.losses().lost).isEmpty();
        assertThat(seen.removals).hasValue(0);
        assertThat(seen.puts).hasValue(1);
    }

    @Test
    void fastRestartWithTheSameIdOutlivesTheDyingLease() {
        TestClient dying = client(etcd.uri(List.of(proxy.endpoint())), SHORT_TTL);
        dying.publish(orders(1));
        RecordedInstances seen = client().watch("orders");
        eventually().until(() -> seen.known().size() == 1);
        proxy.cut(); // nobody renews that lease any more

        TestClient.Published successor = client().publish(orders(1).withWeight(2));

        await().during(SHORT_TTL.plusSeconds(4))
                .atMost(Duration.ofSeconds(60))
                .until(() -> seen.known().containsKey("orders-1"));
        assertThat(seen.removals).hasValue(0);
        assertThat(seen.known().get("orders-1").weight()).isEqualTo(2);
        assertThat(successor.losses().lost).isEmpty();
    }
}
