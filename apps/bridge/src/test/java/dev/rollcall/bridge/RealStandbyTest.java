package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.LossProtection;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.bridge.BridgeState.Role;
import dev.rollcall.testing.servers.ChildJvm;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Two bridges to each of the real stores, which elect their leaders there. At the same time, as a test of the slowest alone would take as long. */
class RealStandbyTest extends RealStores {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int INSTANCES = 20;

    /** A target, the two bridges to it, and a consumer there. */
    private static final class Target implements AutoCloseable {
        private final String uri;
        private final ChildJvm leader;
        private Bridge standby;
        private final Rollcall consumer;
        private final ServiceView orders;
        private final Set<String> removed = ConcurrentHashMap.newKeySet();

        Target(String uri) throws IOException {
            this.uri = uri;
            leader = ChildJvm.start(BridgeProcess.class, etcd.uri(), uri, "true");
            consumer =
                    Rollcall.builder(uri).lossProtection(LossProtection.off()).connect();
            orders = consumer.discover("orders");
        }

        void openStandby() throws InterruptedException {
            awaitMirrored(INSTANCES);
            standby = Bridge.open(BridgeProcess.options(etcd.uri(), uri).build());
            standby.awaitCaughtUp(LIMIT);
            assertThat(standby.state().role()).isEqualTo(Role.STANDBY);
            orders.listenChanges(
                    Runnable::run, changes -> changes.removed().forEach(instance -> removed.add(instance.id())));
        }

        void awaitMirrored(int count) {
            await(uri).atMost(LIMIT).until(() -> orders.instances().size() == count);
        }

        void awaitTakeover() {
            await(uri).atMost(LIMIT).until(() -> standby.state().mirrored() == INSTANCES);
            assertThat(standby.state().role()).isEqualTo(Role.LEADER);
        }

        @Override
        public void close() {
            leader.close();
            if (standby != null) {
                standby.close();
            }
            consumer.close();
        }
    }

    @Test
    void aStandbyTakesOverFromAKilledLeaderAndNoConsumerSeesIt(TestReporter reporter)
            throws IOException, InterruptedException {
        List<Registration> registrations = new ArrayList<>();
        try (Rollcall provider = Rollcall.connect(etcd.uri())) {
            for (int i = 0; i < INSTANCES; i++) {
                registrations.add(provider.register(Instance.of("orders", "http://10.0.0.1:" + (1_000 + i))));
            }
            try (Target first = new Target(etcd.uri() + "/?root=target&ttl=16s");
                    Target second = new Target(zooKeeper.uri() + "/?ttl=16s");
                    Target third = new Target(consul.uri())) {
                List<Target> targets = List.of(first, second, third);
                for (Target target : targets) {
                    target.openStandby();
                }
                long killed = System.nanoTime();
                targets.forEach(target -> target.leader.kill());
                for (Target target : targets) {
                    target.awaitTakeover();
                    reporter.publishEntry(
                            target.uri,
                            "taken over after "
                                    + Duration.ofNanos(System.nanoTime() - killed)
                                            .toMillis() + " ms");
                }

                registrations.remove(0).close();
                for (Target target : targets) {
                    target.awaitMirrored(INSTANCES - 1);
                    assertThat(target.removed).as(target.uri).containsExactly("10.0.0.1:1000");
                }
            }
        }
    }
}
