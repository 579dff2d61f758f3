package dev.rollcall.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.spi.Publication;
import dev.rollcall.testing.servers.ServerNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Three servers, of which one at a time is away. */
class ClusterTest extends RealServerTest {
    private static final Duration TTL = Duration.ofSeconds(20);

    ClusterTest() {
        super(3);
    }

    @Test
    void eachServerIsBouncedInTurnAndConsumersSeeNoRemoval() {
        Client provider = client(store.directUri(), TTL);
        RecordedLosses losses = new RecordedLosses();
        for (int port = 1; port <= 30; port++) {
            provider.publish(Instance.of("orders", "http://10.0.0.1:" + port), losses);
        }
        RecordedInstances seen = client(store.directUri(), TTL).watch("orders");
        RecordedInstances alsoSeen = client(store.directUri(), TTL).watch("orders");
        eventually().until(() -> seen.ids().size() == 30 && alsoSeen.ids().size() == 30);
        List<String> before = store.admin().fingerprint(store.root() + "/orders");

        for (ServerNode node : store.servers().nodes()) {
            node.restart();
            store.servers().leader();
            eventually().until(() -> seen.isFresh() && alsoSeen.isFresh());
        }

        assertThat(seen.removals()).isEmpty();
        assertThat(alsoSeen.removals()).isEmpty();
        assertThat(losses.told()).isEmpty();
        assertThat(store.admin().fingerprint(store.root() + "/orders")).isEqualTo(before);
    }

    @Test
    void theLeaderIsKilledAndEverythingGoesOnWithTheOthers() {
        Client provider = client(store.directUri(), TTL);
        Instance orders = Instance.of("orders", "http://10.0.0.1:80");
        RecordedLosses losses = new RecordedLosses();
        Publication publication = provider.publish(orders, losses);
        RecordedInstances seen = client(store.directUri(), TTL).watch("orders");
        eventually().until(() -> seen.ids().size() == 1);

        ServerNode leader = store.servers().leader();
        leader.kill();
        eventually()
                .until(() -> publication
                        .put(orders.withWeight(2))
                        .toCompletableFuture()
                        .handle((done, failure) -> failure == null)
                        .get());
        eventually().until(() -> seen.isFresh() && seen.instance(orders.id()).weight() == 2);
        leader.start();
        leader.awaitReady();

        assertThat(seen.removals()).isEmpty();
        assertThat(losses.told()).isEmpty();
    }

    @Test
    void theRevisionNeverGoesBackWhileClientsMoveBetweenServers() {
        Client provider = client(store.directUri(), TTL);
        Instance orders = Instance.of("orders", "http://10.0.0.1:80");
        Publication publication = provider.publish(orders);
        RecordedInstances seen = client(store.uri(), TTL).watch("orders");
        eventually().until(() -> seen.ids().size() == 1);

        List<Long> revisions = new ArrayList<>();
        for (int round = 0; round < 12; round++) {
            store.links().get(round % 3).reset();
            Client.put(publication, orders.withWeight(round));
            int expected = round;
            eventually()
                    .until(() -> seen.isFresh() && seen.instance(orders.id()).weight() == expected);
            revisions.add(seen.revision());
        }

        assertThat(revisions).isSorted().hasSameSizeAs(new TreeSet<>(revisions));
        assertThat(seen.history()).noneMatch(entry -> entry.startsWith("VIOLATION"));
        assertThat(seen.removals()).isEmpty();
    }
}
