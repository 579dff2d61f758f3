package dev.rollcall.testing.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.ServiceView;
import dev.rollcall.Status;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.details.JsonInstanceSerializer;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import org.springframework.cloud.zookeeper.discovery.ZookeeperDiscoveryClient;
import org.springframework.cloud.zookeeper.discovery.ZookeeperDiscoveryProperties;
import org.springframework.cloud.zookeeper.discovery.ZookeeperInstance;
import org.springframework.cloud.zookeeper.discovery.ZookeeperServiceInstanceListSupplier;
import org.springframework.cloud.zookeeper.discovery.dependency.ZookeeperDependencies;
import org.springframework.cloud.zookeeper.serviceregistry.ServiceInstanceRegistration;
import org.springframework.cloud.zookeeper.serviceregistry.ZookeeperServiceRegistry;
import org.springframework.cloud.zookeeper.support.DefaultServiceDiscoveryCustomizer;
import reactor.core.publisher.Flux;

/** Spring Cloud ZooKeeper: the beans that its auto-configuration makes, made by hand. */
class SpringCloudZooKeeperTest extends ZooKeeperNeighbourTest {

    @Test
    void springsClientFollowsOurRegistrations() throws Exception {
        ZookeeperDiscoveryProperties properties = properties();
        ZookeeperDiscoveryClient client = new ZookeeperDiscoveryClient(discovery(properties), null, properties);
        Registration registration = register(
                rollcall("?layout=spring"),
                Instance.of("orders", "http://10.0.0.1:8080")
                        .withId("one")
                        .withZone("z1")
                        .withMetadata("color", "blue"));

        ServiceInstance seen = client.getInstances("orders").get(0);
        assertThat(client.getServices()).containsExactly("orders");
        assertThat(seen.getInstanceId()).isEqualTo("one");
        assertThat(seen.getUri()).isEqualTo(URI.create("http://10.0.0.1:8080"));
        assertThat(seen.getMetadata()).isEqualTo(Map.of("color", "blue", "zone", "z1", "instance_status", "UP"));
        assertThat(chosen(client)).containsExactly("one");

        stored(registration.update(instance -> instance.withStatus(Status.OUT_OF_SERVICE)));
        assertThat(client.getInstances("orders")).hasSize(1);
        assertThat(chosen(client)).isEmpty();

        registration.close();
        eventually().until(() -> client.getInstances("orders").isEmpty());
    }

    @Test
    void springsClientSeesNativeRegistrationsToo() throws Exception {
        ZookeeperDiscoveryProperties properties = properties();
        ZookeeperDiscoveryClient client = new ZookeeperDiscoveryClient(discovery(properties), null, properties);

        register(rollcall(""), Instance.of("orders", "https://10.0.0.1:8443").withMetadata("unseen", "by Spring"));

        assertThat(client.getInstances("orders")).singleElement().satisfies(seen -> {
            assertThat(seen.getUri()).isEqualTo(URI.create("https://10.0.0.1:8443"));
            assertThat(seen.isSecure()).isTrue();
            assertThat(seen.getMetadata()).isEmpty();
        });
    }

    @Test
    void ourViewFollowsSpringsRegistrations() throws Exception {
        ServiceView view = closing(rollcall("").discover("orders"));
        ZookeeperServiceRegistry registry = closing(new ZookeeperServiceRegistry(discovery(properties())));
        ServiceInstanceRegistration theirs = ServiceInstanceRegistration.builder()
                .defaultUriSpec()
                .name("orders")
                .id("theirs")
                .address("host1")
                .port(8080)
                .payload(new ZookeeperInstance("orders-1", "orders", new HashMap<>(Map.of("zone", "z1"))))
                .build();

        registry.register(theirs);
        eventually().until(() -> ids(view), Set.of("theirs")::equals);
        assertThat(view.instances().get(0).endpoint()).hasToString("http://host1:8080");
        assertThat(view.instances().get(0).zone()).isEqualTo("z1");

        registry.setStatus(theirs, "OUT_OF_SERVICE");
        eventually().until(() -> view.instances().get(0).status() == Status.OUT_OF_SERVICE);

        registry.deregister(theirs);
        eventually().until(() -> ids(view).isEmpty());
        assertThat(view.undecodable()).isZero();
    }

    /** Those among which Spring's load balancer would choose. */
    private static List<String> chosen(ZookeeperDiscoveryClient client) {
        ServiceInstanceListSupplier all = new ServiceInstanceListSupplier() {
            @Override
            public String getServiceId() {
                return "orders";
            }

            @Override
            public Flux<List<ServiceInstance>> get() {
                return Flux.just(client.getInstances("orders"));
            }
        };
        List<ServiceInstance> up = new ZookeeperServiceInstanceListSupplier(all, new ZookeeperDependencies())
                .get()
                .blockFirst();
        return up.stream().map(ServiceInstance::getInstanceId).toList();
    }

    private ZookeeperDiscoveryProperties properties() {
        ZookeeperDiscoveryProperties properties =
                new ZookeeperDiscoveryProperties(new InetUtils(new InetUtilsProperties()));
        properties.setRoot(part + "/services");
        return properties;
    }

    private ServiceDiscovery<ZookeeperInstance> discovery(ZookeeperDiscoveryProperties properties) throws Exception {
        CuratorFramework curator = curator();
        ServiceDiscovery<ZookeeperInstance> discovery = new DefaultServiceDiscoveryCustomizer(
                        curator, properties, new JsonInstanceSerializer<>(ZookeeperInstance.class))
                .customize(ServiceDiscoveryBuilder.builder(ZookeeperInstance.class));
        closing(discovery).start();
        return discovery;
    }
}
