package dev.rollcall.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.etcd.proto.TxnRequest;
import dev.rollcall.spi.Backend;
import dev.rollcall.testing.servers.TcpProxy.Direction;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ViewTest extends OneEtcd {
    private static DirectEtcd direct;

    @BeforeAll
    static void connect() {
        direct = new DirectEtcd(etcd.endpoints().get(0));
    }

    @AfterAll
    static void disconnect() {
        direct.close();
    }

    private void put(int number) {
        direct.put(key("orders", "orders-" + number), json(orders(number)));
    }

    private void delete(int number) {
        direct.delete(key("orders", "orders-" + number));
    }

    private static void awaitKnown(RecordedInstances view, int... numbers) {
        Set<String> ids = new java.util.HashSet<>();
        for (int number : numbers) {
            ids.add("orders-" + number);
        }
        eventually().until(() -> view.known().keySet().equals(ids));
    }

    private static Predicate<ByteBuffer> contains(String text) {
        return bytes -> UTF_8.decode(bytes).toString().contains(text);
    }

    @Test
    void aServiceThatDoesNotExistYetIsKnownToBeEmpty() {
        RecordedInstances view = client().watch("orders");

        eventually().until(view::isFresh);
        assertThat(view.known()).isEmpty();
        put(1);
        awaitKnown(view, 1);
        assertThat(view.snapshots).hasValue(1);
    }

    @Test
    void watchHeldBackBetweenListAndWatch() {
        put(1);
        AtomicInteger requests = new AtomicInteger();
        Predicate<ByteBuffer> second =
                bytes -> contains(root + "/orders/").test(bytes) && requests.incrementAndGet() >= 2;
        proxy.holdFrom(Direction.CLIENT_TO_SERVER, second);
        RecordedInstances view = proxied().watch("orders");
        awaitKnown(view, 1);
        eventually().until(() -> proxy.heldBytes(Direction.CLIENT_TO_SERVER) > 0);

        put(2);
        delete(1);
        proxy.release(Direction.CLIENT_TO_SERVER);

        awaitKnown(view, 2);
        assertThat(view.snapshots).hasValue(1);
        assertThat(view.violations).isEmpty();
    }

    @Test
    void changesWhileCutOffArriveAsChangesAndNothingFlaps() {
        put(1);
        put(2);
        RecordedInstances view = proxied().watch("orders");
        awaitKnown(view, 1, 2);

        proxy.cut();
        eventually().until(() -> !view.isFresh());
        assertThat(view.known()).hasSize(2);
        delete(2);
        put(3);
        proxy.heal();

        eventually().until(view::isFresh);
        awaitKnown(view, 1, 3);
        assertThat(view.snapshots).hasValue(1);
        assertThat(view.resumptions).hasValue(1);
        assertThat(view.removals).hasValue(1);
        assertThat(view.violations).isEmpty();
    }

    @Test
    void onlyRemovalsWhileCutOff() {
        put(1);
        put(2);
        RecordedInstances view = proxied().watch("orders");
        awaitKnown(view, 1, 2);

        proxy.cut();
        eventually().until(() -> !view.isFresh());
        delete(2);
        delete(1);
        proxy.heal();

        eventually().until(view::isFresh);
        assertThat(view.known()).isEmpty();
        assertThat(view.snapshots).hasValue(1);
    }

    @Test
    void changesElsewhereWhileCutOff() {
        put(1);
        RecordedInstances view = proxied().watch("orders");
        awaitKnown(view, 1);

        proxy.cut();
        eventually().until(() -> !view.isFresh());
        direct.put("elsewhere", "1");
        proxy.heal();

        eventually().until(view::isFresh);
        assertThat(view.snapshots).hasValue(1);
        assertThat(view.resumptions).hasValue(1);
    }

    @Test
    void compactionWhileCutOff() {
        put(1);
        put(2);
        RecordedInstances view = proxied().watch("orders");
        awaitKnown(view, 1, 2);

        proxy.cut();
        eventually().until(() -> !view.isFresh());
        delete(1);
        put(3);
        EtcdUnderTest.compact(etcd);
        proxy.heal();

        awaitKnown(view, 2, 3);
        eventually().until(view::isFresh);
        put(4);
        awaitKnown(view, 2, 3, 4);
        assertThat(view.snapshots).hasValue(2);
        assertThat(view.violations).isEmpty();
    }

    @Test
    void watchResumedPastUnseenEvents() {
        put(1);
        RecordedInstances view = proxied().watch("orders");
        awaitKnown(view, 1);
        proxy.holdFrom(Direction.SERVER_TO_CLIENT, contains("orders-2"));
        put(2);
        put(3);
        eventually().until(() -> proxy.heldBytes(Direction.SERVER_TO_CLIENT) > 0);

        // on the next connection the watch is created, from the old revision, but its history doesn't arrive either
        long connections = proxy.accepted();
        proxy.reset();
        eventually().until(() -> proxy.accepted() > connections && proxy.heldBytes(Direction.SERVER_TO_CLIENT) > 0);
        proxy.cut();
        proxy.heal();

        awaitKnown(view, 1, 2, 3);
        eventually().until(view::isFresh);
        assertThat(view.snapshots).hasValue(1);
        assertThat(view.violations).isEmpty();
    }

    @Test
    void storeWipedAndFilledBeyondTheOldRevision() {
        put(1);
        put(2);
        RecordedInstances view = proxied().watch("orders");
        awaitKnown(view, 1, 2);
        proxy.cut();
        eventually().until(() -> !view.isFresh());

        etcd.wipe();
        put(3);
        for (int i = 0; i < 50; i++) {
            direct.put("filler", "" + i);
        }
        proxy.heal();

        awaitKnown(view, 3);
        eventually().until(view::isFresh);
        put(4);
        awaitKnown(view, 3, 4);
    }

    @Test
    void storeWipedAndCountingFromTheStart() {
        for (int i = 0; i < 50; i++) {
            direct.put("filler", "" + i);
        }
        put(1);
        RecordedInstances view = client().watch("orders");
        awaitKnown(view, 1);

        etcd.wipe();

        awaitKnown(view);
        put(4);
        awaitKnown(view, 4);
    }

    @Test
    void prefixCollision() {
        direct.put(key("orders-v2", "a"), json(orders(1)));
        direct.put(root + "-2/orders/b", json(orders(1)));
        RecordedInstances view = client().watch("orders");
        eventually().until(view::isFresh);

        put(1);
        direct.put(key("orders-v2", "c"), json(orders(1)));
        put(2);

        awaitKnown(view, 1, 2);
        assertThat(view.puts).hasValue(2);
    }

    @Test
    void whatIsNoInstanceIsReportedAndSkipped() {
        put(1);
        direct.put(key("orders", "garbage"), "10.0.0.1:80");
        direct.put(key("orders", "a/b"), json(orders(1)));
        RecordedInstances view = client().watch("orders");
        awaitKnown(view, 1);
        eventually().until(() -> view.undecodable.size() == 2);
        assertThat(view.undecodable)
                .anySatisfy(entry -> assertThat(entry).startsWith(key("orders", "garbage") + ": not JSON"))
                .anySatisfy(entry -> assertThat(entry).startsWith(key("orders", "a/b") + ": the key"));

        direct.put(key("orders", "garbage"), "still");
        direct.put(key("orders", "orders-1"), "overwritten");
        awaitKnown(view);
        put(1);
        awaitKnown(view, 1);
        assertThat(view.undecodable).hasSize(4);
        assertThat(view.violations).isEmpty();
    }

    @Test
    void aHugeListDoesNotFitOneMessage() {
        String value = json(orders(1).withMetadata("team", "x".repeat(40)).withZone("eu-1"));
        for (int from = 0; from < 100_000; from += 100) {
            TxnRequest.Builder batch = TxnRequest.newBuilder();
            for (int i = from; i < from + 100; i++) {
                batch.addSuccess(DirectEtcd.put(
                        key("orders", "orders-" + i), com.google.protobuf.ByteString.copyFromUtf8(value)));
            }
            direct.txn(batch.build());
        }

        RecordedInstances view = client().watch("orders");

        eventually().until(() -> view.known().size() == 100_000);
        delete(77);
        eventually().until(() -> view.known().size() == 99_999);
        assertThat(view.snapshots).hasValue(1);
        assertThat(view.violations).isEmpty();
    }

    @Test
    void entriesOfHalfAMegabyteAreListedInSmallPages() {
        String large = " ".repeat(500_000) + json(orders(1));
        for (int i = 0; i < 100; i++) {
            direct.put(key("orders", "orders-" + i), large);
        }

        RecordedInstances view = client().watch("orders");

        eventually().until(() -> view.known().size() == 100);
    }

    @Test
    void aWatchThatWasClosedIsSilent() {
        TestClient client = client();
        RecordedInstances view = new RecordedInstances();
        Backend.Watch watch = client.backend.watchInstances("orders", view);
        eventually().until(view::isFresh);

        watch.close();
        watch.close();
        put(1);

        RecordedInstances other = client.watch("orders");
        awaitKnown(other, 1);
        put(2);
        awaitKnown(other, 1, 2);
        assertThat(view.log).containsExactly("snapshot []");
    }

    @Test
    void servicesComeAndGoWithTheirEntries() {
        put(1);
        direct.put(root + "/users/u/deeper", "not an instance's key");
        RecordedServices services = new RecordedServices();
        proxied().backend.watchServices(services);
        eventually().until(() -> services.names().equals(Set.of("orders")));

        direct.put(key("users", "u1"), json(orders(1)));
        eventually().until(() -> services.names().equals(Set.of("orders", "users")));
        direct.put(key("users", "u1"), json(orders(2)));
        put(2);
        proxy.cut();
        eventually().until(() -> !services.isFresh());
        delete(1);
        direct.delete(key("users", "u1"));
        proxy.heal();

        eventually().until(() -> services.names().equals(Set.of("orders")));
        eventually().until(services::isFresh);
        delete(2);
        eventually().until(() -> services.names().isEmpty());
        assertThat(services.reports)
                .isEqualTo(List.of(Set.of("orders"), Set.of("orders", "users"), Set.of("orders"), Set.of()));
    }

    @Test
    void viewsOpenedWhileTheStoreIsAwayKnowWhyAndCatchUp() {
        proxy.cut();
        RecordedInstances view = proxied().watch("orders");
        eventually().until(() -> !view.interruptions.isEmpty());
        assertThat(view.interruptions.get(0)).hasMessageContaining(proxy.endpoint());
        assertThat(view.snapshots).hasValue(0);
        put(1);

        proxy.heal();

        awaitKnown(view, 1);
    }

    @Test
    void aThousandViewsShareOneConnectionAndOneThread() {
        direct.put(key("service-0", "a"), json(orders(1)));
        TestClient client = proxied();
        List<RecordedInstances> views = new java.util.ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            views.add(client.watch("service-" + i));
        }
        eventually().until(() -> views.stream().allMatch(RecordedInstances::isFresh));
        assertThat(proxy.connections()).isEqualTo(1);
        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("test-etcd")))
                .hasSize(1);

        proxy.reset();
        eventually().until(() -> views.stream().noneMatch(view -> view.interruptions.isEmpty()));
        eventually().until(() -> views.stream().allMatch(RecordedInstances::isFresh));

        direct.put(key("service-999", "a"), json(orders(1)));
        eventually().until(() -> views.get(999).known().size() == 1);
        assertThat(views).allSatisfy(view -> assertThat(view.snapshots).hasValue(1));
    }

    @Test
    void aViewStaysIntactThroughAnOutage() {
        put(1);
        RecordedInstances view = client().watch("orders");
        awaitKnown(view, 1);

        etcd.kill();

        eventually().until(() -> !view.isFresh());
        await().during(Duration.ofSeconds(3))
                .atMost(Duration.ofSeconds(30))
                .until(() -> view.known().size() == 1);
        etcd.restart();
        eventually().until(view::isFresh);
        assertThat(view.removals).hasValue(0);
        assertThat(view.known()).hasSize(1);
    }
}
