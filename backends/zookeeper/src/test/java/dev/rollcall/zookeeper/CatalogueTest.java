package dev.rollcall.zookeeper;

import dev.rollcall.Instance;
import dev.rollcall.spi.Publication;
import java.util.Set;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Test;

/** The names of services, on a real server. */
class CatalogueTest extends RealServerTest {
    private static final Instance ORDERS = Instance.of("orders", "http://10.0.0.1:80");

    CatalogueTest() {
        super(1);
    }

    @Test
    void theCatalogueNamesServicesWithAtLeastOneEntry() {
        Client consumer = client();
        RecordedServices seen = new RecordedServices();
        consumer.backend().watchServices(seen);
        eventually().until(() -> seen.names().equals(Set.of()));
        Client provider = observer();
        Publication orders = provider.publish(ORDERS);
        provider.publish(Instance.of("users", "http://10.0.0.1:81"));
        Publication second = provider.publish(Instance.of("users", "http://10.0.0.1:82"));
        eventually().until(() -> seen.names().equals(Set.of("orders", "users")));

        Client.remove(orders);
        Client.remove(second);
        store.admin().write(store.root() + "/not a service/x", new byte[0], CreateMode.PERSISTENT);
        store.admin().write(store.root() + "/empty", new byte[0], CreateMode.PERSISTENT);
        eventually().until(() -> seen.names().equals(Set.of("users")));

        store.cut();
        provider.publish(Instance.of("billing", "http://10.0.0.1:83"));
        eventually().until(() -> !seen.isFresh());
        store.heal();
        eventually().until(() -> seen.isFresh() && seen.names().equals(Set.of("billing", "users")));
    }
}
