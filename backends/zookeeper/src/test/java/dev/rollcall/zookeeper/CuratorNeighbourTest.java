package dev.rollcall.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Interner;
import dev.rollcall.spi.Publication;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.x.discovery.ServiceCache;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.ServiceInstance;
import org.apache.curator.x.discovery.UriSpec;
import org.apache.curator.x.discovery.details.JsonInstanceSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Curator's service discovery, unchanged, on the same nodes: each sees what the other registers. */
class CuratorNeighbourTest extends RealServerTest {
    CuratorNeighbourTest() {
        super(1);
    }

    /** What readers expect of a payload, from those that want none to those that want a bean of their own. */
    @ParameterizedTest
    @ValueSource(classes = {Void.class, Object.class, String.class, Map.class, List.class, Bean.class})
    void curatorsReadersSeeOurInstancesWhateverPayloadTheyExpect(Class<?> payload) throws Exception {
        Instance instance = new Instance(
                "orders",
                "one",
                List.of(new Endpoint("https", "10.0.0.1", 8443), new Endpoint("grpc", "10.0.0.1", 9000)),
                7,
                Status.UP,
                "z1",
                "2",
                Map.of("key", "value"));
        Publication publication = client().publish(instance);
        try (CuratorFramework curator = curator();
                ServiceDiscovery<?> discovery = discovery(curator, payload)) {
            ServiceInstance<?> read = discovery.queryForInstance("orders", "one");
            assertThat(read.getName()).isEqualTo("orders");
            assertThat(read.getId()).isEqualTo("one");
            assertThat(read.getAddress()).isEqualTo("10.0.0.1");
            assertThat(read.getPort()).isEqualTo(8443);
            assertThat(read.getSslPort()).isEqualTo(8443);
            assertThat(read.getPayload()).isNull();
            assertThat(read.isEnabled()).isTrue();
            assertThat(read.buildUriSpec()).isEqualTo("https://10.0.0.1:8443");
            assertThat(discovery.queryForNames()).containsExactly("orders");
        }
        Client.remove(publication);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://10.0.0.1:80", "grpc://host.example:9000", "http://[2001:db8::1]:80", "https://h:443"})
    void curatorBuildsOurUris(String endpoint) throws Exception {
        client().publish(Instance.of("orders", endpoint));
        try (CuratorFramework curator = curator();
                ServiceDiscovery<?> discovery = discovery(curator, Void.class)) {
            assertThat(discovery.queryForInstances("orders"))
                    .singleElement()
                    .extracting(ServiceInstance::buildUriSpec)
                    .isEqualTo(endpoint);
        }
    }

    @Test
    void curatorsCacheFollowsOurInstances() throws Exception {
        try (CuratorFramework curator = curator();
                ServiceDiscovery<Object> discovery = discovery(curator, Object.class);
                ServiceCache<Object> cache =
                        discovery.serviceCacheBuilder().name("orders").build()) {
            cache.start();
            Client provider = client();
            Publication first = provider.publish(Instance.of("orders", "http://10.0.0.1:80"));
            provider.publish(Instance.of("orders", "http://10.0.0.2:80"));
            eventually().until(() -> ids(cache).equals(Set.of("10.0.0.1:80", "10.0.0.2:80")));

            Client.remove(first);
            eventually().until(() -> ids(cache).equals(Set.of("10.0.0.2:80")));
        }
    }

    @Test
    void weFollowCuratorsInstances() throws Exception {
        RecordedInstances seen = client().watch("orders");
        try (CuratorFramework curator = curator();
                ServiceDiscovery<Bean> discovery = discovery(curator, Bean.class)) {
            ServiceInstance<Bean> theirs = ServiceInstance.<Bean>builder()
                    .name("orders")
                    .id("theirs")
                    .address("host1")
                    .port(8080)
                    .payload(new Bean("blue", 5))
                    .uriSpec(new UriSpec("{scheme}://{address}:{port}"))
                    .build();
            discovery.registerService(theirs);
            eventually().until(() -> seen.ids().equals(Set.of("theirs")));
            assertThat(seen.instance("theirs"))
                    .isEqualTo(Instance.of("orders", "http://host1:8080")
                            .withId("theirs")
                            .withWeight(5)
                            .withMetadata(Map.of("color", "blue", "weight", "5")));

            discovery.unregisterService(theirs);
            eventually().until(() -> seen.ids().isEmpty());
        }
    }

    @Test
    void weReadCuratorsOwnSerializersOutputWithEnabledAndWithMapAndStringPayloads() throws Exception {
        InstanceReader reader = new InstanceReader(new Interner());
        ServiceInstance<Object> map = ServiceInstance.builder()
                .name("orders")
                .id("one")
                .address("h")
                .sslPort(443)
                .payload(new HashMap<>(Map.of("k", "v")))
                .enabled(false)
                .build();
        byte[] bytes = new JsonInstanceSerializer<>(Object.class, false).serialize(map);

        Instance read = reader.read("orders", "one", bytes);

        assertThat(read.status()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(read.endpoints()).containsExactly(new Endpoint("https", "h", 443));
        assertThat(read.metadata()).isEqualTo(Map.of("k", "v"));
    }

    private CuratorFramework curator() {
        CuratorFramework curator = CuratorFrameworkFactory.newClient(
                String.join(",", store.servers().endpoints()), new RetryOneTime(100));
        curator.start();
        return curator;
    }

    private <T> ServiceDiscovery<T> discovery(CuratorFramework curator, Class<T> payload) throws Exception {
        ServiceDiscovery<T> discovery = ServiceDiscoveryBuilder.builder(payload)
                .client(curator)
                .basePath(store.root())
                .build();
        discovery.start();
        return discovery;
    }

    private static Set<String> ids(ServiceCache<?> cache) {
        return cache.getInstances().stream().map(ServiceInstance::getId).collect(Collectors.toSet());
    }

    /** What an application keeps in its payload. */
    public static final class Bean {
        private String color;
        private int weight;

        public Bean() {}

        Bean(String color, int weight) {
            this.color = color;
            this.weight = weight;
        }

        public String getColor() {
            return color;
        }

        public void setColor(String color) {
            this.color = color;
        }

        public int getWeight() {
            return weight;
        }

        public void setWeight(int weight) {
            this.weight = weight;
        }
    }
}
