package dev.rollcall.testing.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Status;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.curator.x.discovery.ServiceCache;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.ServiceInstance;
import org.apache.curator.x.discovery.ServiceProvider;
import org.apache.curator.x.discovery.UriSpec;
import org.junit.jupiter.api.Test;

/** Curator's service discovery. */
class CuratorDiscoveryTest extends ZooKeeperNeighbourTest {

    @Test
    void curatorsCacheFollowsOurRegistrations() throws Exception {
        ServiceCache<Void> cache = closing(
                discovery(Void.class).serviceCacheBuilder().name("orders").build());
        cache.start();
        Rollcall rollcall = rollcall("");

        Registration first = register(rollcall, Instance.of("orders", "http://10.0.0.1:80"));
        register(rollcall, Instance.of("orders", "http://10.0.0.2:80"));
        eventually().until(() -> uris(cache), Set.of("http://10.0.0.1:80", "http://10.0.0.2:80")::equals);

        stored(first.update(
                instance -> Instance.of("orders", "https://10.0.0.3:443").withId(instance.id())));
        eventually().until(() -> uris(cache), Set.of("https://10.0.0.3:443", "http://10.0.0.2:80")::equals);

        first.close();
        eventually().until(() -> uris(cache), Set.of("http://10.0.0.2:80")::equals);
    }

    @Test
    void curatorsProviderChoosesAmongOurRegistrations() throws Exception {
        ServiceDiscovery<Void> discovery = discovery(Void.class);
        ServiceProvider<Void> provider =
                closing(discovery.serviceProviderBuilder().serviceName("orders").build());
        provider.start();

        Registration only = register(rollcall(""), Instance.of("orders", "grpc://10.0.0.1:9000"));

        eventually().until(() -> provider.getInstance() != null);
        assertThat(provider.getInstance().buildUriSpec()).isEqualTo("grpc://10.0.0.1:9000");
        assertThat(discovery.queryForNames()).containsExactly("orders");
        only.close();
        eventually().until(() -> provider.getInstance() == null);
    }

    @Test
    void ourViewFollowsCuratorsRegistrations() throws Exception {
        ServiceView view = closing(rollcall("").discover("orders"));
        ServiceDiscovery<Object> discovery = discovery(Object.class);
        ServiceInstance<Object> theirs = instance(8080, true);

        discovery.registerService(theirs);
        eventually().until(() -> ids(view), Set.of("theirs")::equals);
        assertThat(view.instances())
                .containsExactly(Instance.of("orders", "http://host1:8080")
                        .withId("theirs")
                        .withMetadata("color", "blue"));

        discovery.updateService(instance(8081, false));
        eventually().until(() -> view.instances().get(0).endpoint().port() == 8081);
        assertThat(view.instances().get(0).status()).isEqualTo(Status.UP);

        discovery.unregisterService(theirs);
        eventually().until(() -> ids(view).isEmpty());
        assertThat(view.undecodable()).isZero();
    }

    private static ServiceInstance<Object> instance(int port, boolean enabled) throws Exception {
        return ServiceInstance.builder()
                .name("orders")
                .id("theirs")
                .address("host1")
                .port(port)
                .payload(new HashMap<>(Map.of("color", "blue")))
                .enabled(enabled)
                .uriSpec(new UriSpec("{scheme}://{address}:{port}"))
                .build();
    }

    private <T> ServiceDiscovery<T> discovery(Class<T> payload) throws Exception {
        ServiceDiscovery<T> discovery = closing(ServiceDiscoveryBuilder.builder(payload)
                .client(curator())
                .basePath(part + "/services")
                .build());
        discovery.start();
        return discovery;
    }

    private static Set<String> uris(ServiceCache<?> cache) {
        return cache.getInstances().stream().map(ServiceInstance::buildUriSpec).collect(Collectors.toSet());
    }
}
