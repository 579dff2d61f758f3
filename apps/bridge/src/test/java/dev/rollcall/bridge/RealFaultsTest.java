package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.LossProtection;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.testing.servers.ChildJvm;
import dev.rollcall.testing.servers.EtcdServers;
import dev.rollcall.testing.servers.ZooKeeperServers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From a real ZooKeeper to a real etcd, of which servers and bridges die. */
@SuppressWarnings("FutureReturnValueIgnored") // what comes of it is seen in the stores
class RealFaultsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int INSTANCES = 20;

    private ZooKeeperServers zooKeeper;
    private EtcdServers etcd;
    private String from;
    private String to;
    private Rollcall provider;
    private Rollcall consumer;
    private ServiceView orders;
    private final List<Registration> registrations = new ArrayList<>();

    @BeforeEach
    void start() throws InterruptedException {
        zooKeeper = ZooKeeperServers.start();
        etcd = EtcdServers.start();
        from = zooKeeper.uri();
        to = etcd.uri() + "/?ttl=4s";
        provider = Rollcall.connect(from);
        consumer = Rollcall.builder(to).lossProtection(LossProtection.off()).connect();
        orders = consumer.discover("orders");
        IntStream.range(0, INSTANCES).forEach(i -> registrations.add(provider.register(instance(i))));
        for (Registration registration : registrations) {
            registration.awaitRegistered(LIMIT);
        }
    }

    @AfterEach
    void stop() {
        provider.close();
        consumer.close();
        zooKeeper.close();
        etcd.close();
    }

    private static Instance instance(int number) {
        return Instance.of("orders", "http://10.0.0.1:" + (1_000 + number));
    }

    private void awaitMirrored(int count) {
        await().atMost(LIMIT).until(() -> orders.instances().size() == count);
    }

    @Test
    void whatAKilledBridgeHasMirroredIsGoneAtTheEndOfItsLease() throws IOException {
        try (ChildJvm bridge = ChildJvm.start(BridgeProcess.class, from, to, "false")) {
            awaitMirrored(INSTANCES);
            bridge.kill();
            awaitMirrored(0);
        }
        assertThat(registrations).allMatch(registration -> registration.state().cause() == null);
    }

    @Test
    void aLeaderThatIsClosedHandsOverAndNoConsumerSeesIt() throws InterruptedException {
        Set<String> removed = ConcurrentHashMap.newKeySet();
        Bridge leader = Bridge.open(BridgeProcess.options(from, to).build());
        leader.awaitCaughtUp(LIMIT);
        try (Bridge standby = Bridge.open(BridgeProcess.options(from, to).build())) {
            standby.awaitCaughtUp(LIMIT);
            awaitMirrored(INSTANCES);
            orders.listenChanges(changes -> changes.removed().forEach(instance -> removed.add(instance.id())));

            leader.close();
            await().atMost(LIMIT).until(() -> standby.state().mirrored() == INSTANCES);
            registrations.remove(0).close();
            awaitMirrored(INSTANCES - 1);
            assertThat(removed).containsExactly("10.0.0.1:1000");
        }
    }

    @Test
    void anOutageOfTheSourceKeepsTheMirrorsAndWhatComesAfterItIsMirrored() throws InterruptedException {
        try (Bridge bridge =
                Bridge.open(BridgeProcess.options(from, to).elected(false).build())) {
            bridge.awaitCaughtUp(LIMIT);
            awaitMirrored(INSTANCES);

            zooKeeper.kill();
            await().atMost(LIMIT).until(() -> !bridge.state().source().fresh());
            assertThat(orders.instances()).hasSize(INSTANCES);
            zooKeeper.restart();
            provider.register(instance(INSTANCES)).awaitRegistered(LIMIT);
            awaitMirrored(INSTANCES + 1);
            await().atMost(LIMIT).until(() -> bridge.state().source().fresh());
        }
    }

    @Test
    void bothDirectionsAtOnceUnderChurnEndWithTheSameOnBothSides() throws InterruptedException {
        Random random = new Random(1);
        List<Registration> there = new ArrayList<>();
        try (Bridge forwards = Bridge.open(
                        BridgeProcess.options(from, to).elected(false).build());
                Bridge backwards = Bridge.open(
                        BridgeProcess.options(to, from).elected(false).build());
                ServiceView old = provider.discover("orders")) {
            for (int round = 0; round < 200; round++) {
                there.add(consumer.register(instance(5_000 + round)));
                if (random.nextBoolean()) {
                    there.remove(random.nextInt(there.size())).closeAsync();
                    registrations.remove(random.nextInt(registrations.size())).closeAsync();
                    registrations.add(provider.register(instance(10_000 + round)));
                }
            }
            int all = there.size() + registrations.size();
            awaitMirrored(all);
            await().atMost(LIMIT).until(() -> old.instances().size() == all);
            forwards.awaitCaughtUp(LIMIT);
            backwards.awaitCaughtUp(LIMIT);
            assertThat(forwards.state().mirrored()).isEqualTo(registrations.size());
            assertThat(backwards.state().mirrored()).isEqualTo(there.size());
            assertThat(orders.instances())
                    .extracting(instance -> MirrorMark.plain(instance, "orders"))
                    .containsExactlyElementsOf(old.instances().stream()
                            .map(instance -> MirrorMark.plain(instance, "orders"))
                            .toList());
        }
    }
}
