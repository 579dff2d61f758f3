package dev.rollcall.testing.interop;

import com.linecorp.armeria.client.Endpoint;
import com.linecorp.armeria.client.zookeeper.ZooKeeperDiscoverySpec;
import com.linecorp.armeria.client.zookeeper.ZooKeeperEndpointGroup;
import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Armeria's endpoint groups. They don't look at a node again once they have seen it, so nobody's change of an address reaches them. */
class ArmeriaZooKeeperTest extends ZooKeeperNeighbourTest {

    @Test
    void anEndpointGroupOfCuratorsFollowsOurRegistrations() throws Exception {
        follows("", part + "/services", ZooKeeperDiscoverySpec.curator("orders"));
    }

    @Test
    void anEndpointGroupOfServersetsFollowsOurRegistrations() throws Exception {
        follows(
                "?layout=serversets&root=/serversets",
                part + "/serversets/orders",
                ZooKeeperDiscoverySpec.serverSets());
    }

    private void follows(String query, String path, ZooKeeperDiscoverySpec spec) throws Exception {
        Rollcall rollcall = rollcall(query);
        Registration first = register(rollcall, Instance.of("orders", "http://10.0.0.1:80"));
        ZooKeeperEndpointGroup group = closing(ZooKeeperEndpointGroup.of(curator(), path, spec));
        eventually().until(() -> Set.copyOf(group.endpoints()), Set.of(Endpoint.of("10.0.0.1", 80))::equals);

        register(rollcall, Instance.of("orders", "http://10.0.0.2:80"));
        eventually()
                .until(
                        () -> Set.copyOf(group.endpoints()),
                        Set.of(Endpoint.of("10.0.0.1", 80), Endpoint.of("10.0.0.2", 80))::equals);

        first.close();
        eventually().until(() -> Set.copyOf(group.endpoints()), Set.of(Endpoint.of("10.0.0.2", 80))::equals);
    }
}
