package dev.rollcall.testing.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
@SuppressWarnings("try") // the client's close() throws InterruptedException
class ZooKeeperServersTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void aKilledServerComesBackWithItsDataAndAWipedOneWithout() throws Exception {
        try (ZooKeeperServers servers = ZooKeeperServers.start()) {
            String endpoint = servers.node(0).endpoint();
            assertThat(servers.uri()).isEqualTo("zookeeper://" + endpoint);
            assertThat(servers.leader()).isEqualTo(servers.node(0));
            create(servers.endpoints(), "/key");

            servers.restart();
            assertThat(servers.node(0).endpoint()).isEqualTo(endpoint);
            assertThat(exists(servers.endpoints(), "/key")).isTrue();

            servers.wipe();
            assertThat(exists(servers.endpoints(), "/key")).isFalse();
            assertThat(servers.node(0).output()).as("quiet").isEmpty();
        }
    }

    @Test
    void aPausedServerAnswersNothing() throws Exception {
        try (ZooKeeperServers servers = ZooKeeperServers.start()) {
            ServerNode node = servers.node(0);
            servers.pause();
            assertThat(servers.ask(node, "srvr")).isEmpty();
            servers.resume();
            assertThat(servers.ask(node, "mntr")).contains("zk_server_state\tstandalone");
            servers.stop();
            assertThat(node.isAlive()).isFalse();
        }
    }

    @Test
    void anEnsembleSurvivesItsLeaderAndTakesAWipedServerBack() throws Exception {
        try (ZooKeeperServers servers = ZooKeeperServers.startCluster(3)) {
            create(servers.endpoints(), "/before");
            ServerNode old = servers.leader();
            assertThat(servers.followers()).hasSize(2).doesNotContain(old);

            old.kill();
            List<String> others = servers.nodes().stream()
                    .filter(node -> !node.equals(old))
                    .map(ServerNode::endpoint)
                    .toList();
            await().atMost(LIMIT).ignoreExceptions().until(() -> {
                create(others, "/during");
                return true;
            });
            assertThat(servers.leader()).isNotEqualTo(old);

            old.wipe();
            assertThat(exists(List.of(old.endpoint()), "/before")).isTrue();
            assertThat(exists(List.of(old.endpoint()), "/during")).isTrue();
        }
    }

    @Test
    void aClientWorksThroughAProxy() throws Exception {
        try (ZooKeeperServers servers = ZooKeeperServers.start();
                TcpProxy proxy = TcpProxy.inFrontOf(servers).get(0)) {
            try (ZooKeeper client = connect(List.of(proxy.endpoint()))) {
                await().atMost(LIMIT).until(() -> client.getState().isConnected());
                proxy.cut();
                await().atMost(LIMIT).until(() -> !client.getState().isConnected());
                proxy.heal();
                await().atMost(LIMIT).until(() -> client.getState().isConnected());
                assertThat(client.exists("/", false)).isNotNull();
            }
        }
    }

    @Test
    void aServerThatCannotStartSaysWhatItPrinted() {
        assertThatThrownBy(() -> ZooKeeperServers.builder()
                        .javaOption("-XX:NoSuchOption")
                        .start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("zookeeper-0 ended")
                .hasMessageContaining("NoSuchOption");
    }

    private static ZooKeeper connect(List<String> endpoints) throws IOException {
        return new ZooKeeper(String.join(",", endpoints), 5_000, event -> {});
    }

    private static void create(List<String> endpoints, String path) throws Exception {
        try (ZooKeeper client = connect(endpoints)) {
            client.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        } catch (KeeperException.NodeExistsException lostAnswer) {
            // an attempt before this one was applied, and only its answer got lost
        }
    }

    private static boolean exists(List<String> endpoints, String path) throws Exception {
        try (ZooKeeper client = connect(endpoints)) {
            return client.exists(path, false) != null;
        }
    }
}
