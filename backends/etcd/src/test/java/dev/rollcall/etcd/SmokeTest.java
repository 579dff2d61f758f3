package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.testing.servers.EtcdServers;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SmokeTest {
    @Test
    void putsAndWatches() {
        try (EtcdServers etcd = EtcdServers.start(); TestClient client = TestClient.connect(etcd.uri())) {
            RecordedInstances orders = client.watch("orders");
            await().until(orders::isFresh);
            TestClient.Published p = client.publish(Instance.of("orders", "http://10.0.0.5:8080"));
            await().until(() -> orders.known().keySet().equals(Set.of("10.0.0.5:8080")));
            System.out.println(etcd.etcdctl("get", "--prefix", "", "-w", "json"));
            etcd.etcdctl("del", "rollcall/orders/10.0.0.5:8080");
            await().until(() -> !p.losses().lost.isEmpty());
            System.out.println(p.losses().lost);
            TestClient.await(p.publication().remove());
            etcd.kill();
            await().until(() -> !orders.isFresh());
            etcd.restart();
            await().until(orders::isFresh);
            System.out.println(orders.log);
            assertThat(orders.violations).isEmpty();
        }
    }
}
