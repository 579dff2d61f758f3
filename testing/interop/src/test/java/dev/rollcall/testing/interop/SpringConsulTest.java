package dev.rollcall.testing.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.ecwid.consul.v1.ConsulClient;
import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Status;
import dev.rollcall.spi.Origin;
import dev.rollcall.testing.servers.ConsulServers;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;
import org.springframework.cloud.consul.discovery.ConsulDiscoveryClient;
import org.springframework.cloud.consul.discovery.ConsulDiscoveryProperties;
import org.springframework.cloud.consul.serviceregistry.ConsulAutoRegistration;
import org.springframework.cloud.consul.serviceregistry.ConsulServiceRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** Spring Cloud Consul's own discovery client and registry. */
class SpringConsulTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static ConsulServers servers;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Shop {}

    @BeforeAll
    static void start() {
        servers = ConsulServers.builder().inMemory().start();
    }

    @AfterEach
    void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    private <T extends AutoCloseable> T closing(T resource) {
        open.push(resource);
        return resource;
    }

    private Rollcall rollcall(String parameters) {
        return closing(Rollcall.builder(servers.uri() + "/?" + parameters)
                .closeOnShutdown(false)
                .connect());
    }

    private static Registration register(Rollcall rollcall, Instance instance) throws InterruptedException {
        Registration registration = rollcall.register(instance);
        registration.awaitRegistered(PATIENCE);
        return registration;
    }

    private static ConditionFactory eventually() {
        return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20));
    }

    private static URI agent() {
        return URI.create("http://" + servers.endpoints().get(0));
    }

    /** One that shows what passes its checks, as applications are advised to have it, or all. */
    private static ConsulDiscoveryClient spring(boolean passingOnly) {
        ConsulDiscoveryProperties properties = new ConsulDiscoveryProperties(new InetUtils(new InetUtilsProperties()));
        properties.setQueryPassing(passingOnly);
        return new ConsulDiscoveryClient(new ConsulClient(agent().getHost(), agent().getPort()), properties);
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "spring"})
    void springsDiscoveryClientSeesOurRegistrations(String layout) throws Exception {
        ConsulDiscoveryClient spring = spring(true);
        String service = "orders-" + layout;
        Registration registration = register(
                rollcall("layout=" + layout),
                Instance.of(service, "http://10.0.0.5:8080")
                        .withZone("eu-1")
                        .withMetadata(Map.of("team", "a", "tags", "blue")));

        ServiceInstance seen = only(spring.getInstances(service));
        assertThat(seen.getUri()).hasToString("http://10.0.0.5:8080");
        assertThat(seen.getServiceId()).isEqualTo(service);
        assertThat(seen.getMetadata()).containsEntry("zone", "eu-1").containsEntry("team", "a");
        assertThat(spring.getServices()).contains(service);

        registration.update(now -> now.withStatus(Status.OUT_OF_SERVICE)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        eventually().until(() -> spring.getInstances(service).isEmpty());
        registration.update(now -> now.withStatus(Status.UP)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        eventually().until(() -> spring.getInstances(service).size() == 1);

        registration.close();
        eventually().until(() -> spring.getInstances(service).isEmpty());
    }

    @Test
    void inSpringsLayoutItKnowsTlsWeightAndTheNormalName() throws Exception {
        ConsulDiscoveryClient spring = spring(false);
        Registration registration = register(
                rollcall("layout=spring"),
                Instance.of("Shop.orders_api", "https://10.0.0.5:8443").withWeight(3));

        ServiceInstance seen = only(spring.getInstances(ConsulAutoRegistration.normalizeForDns("Shop.orders_api")));
        assertThat(seen.getUri()).hasToString("https://10.0.0.5:8443");
        assertThat(seen.isSecure()).isTrue();
        assertThat(seen.getMetadata()).containsEntry("weight", "3");
        assertThat(seen.getInstanceId()).isEqualTo(ConsulAutoRegistration.normalizeForDns(seen.getInstanceId()));

        registration.update(instance -> instance.withWeight(5)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        eventually()
                .until(() -> "5"
                        .equals(only(spring.getInstances("Shop-orders-api"))
                                .getMetadata()
                                .get("weight")));
    }

    private static ServiceInstance only(List<ServiceInstance> instances) {
        assertThat(instances).hasSize(1);
        return instances.get(0);
    }

    @Test
    void ourViewFollowsSpringsRegistry() throws Exception {
        ServiceView spring = closing(rollcall("layout=spring").discover("Shop.basket_api"));
        ServiceView several = closing(rollcall("layout=native,spring").discover("Shop-basket-api"));
        ConfigurableApplicationContext shop = closing(application("Shop.basket_api"));
        ConsulAutoRegistration theirs = shop.getBean(ConsulAutoRegistration.class);
        ConsulServiceRegistry registry = shop.getBean(ConsulServiceRegistry.class);

        registry.register(theirs);
        eventually().until(() -> statuses(spring), List.of(Status.UP)::equals);
        Instance seen = spring.instances().get(0);
        assertThat(seen.endpoints()).extracting(Object::toString).containsExactly("https://10.0.0.7:8443");
        assertThat(seen.service()).isEqualTo("Shop.basket_api");
        assertThat(seen.zone()).isEqualTo("eu-1");
        assertThat(seen.weight()).isEqualTo(7);
        assertThat(seen.metadata())
                .containsEntry("group", "blue")
                .containsEntry("tags", "fast")
                .containsEntry("team", "a");
        eventually().until(() -> several.instances().size() == 1);
        assertThat(several.instances().get(0).metadata()).containsEntry(Origin.KEY, "spring");

        // what the registry's own setStatus does, for which it needs the actuator
        ConsulClient agent = shop.getBean(ConsulClient.class);
        agent.agentServiceSetMaintenance(theirs.getInstanceId(), true);
        eventually().until(() -> statuses(spring), List.of(Status.OUT_OF_SERVICE)::equals);
        agent.agentServiceSetMaintenance(theirs.getInstanceId(), false);
        eventually().until(() -> statuses(spring), List.of(Status.UP)::equals);

        registry.deregister(theirs);
        eventually().until(() -> spring.instances().isEmpty());
        assertThat(spring.undecodable()).isZero();
    }

    private static List<Status> statuses(ServiceView view) {
        List<Status> statuses = new ArrayList<>();
        view.instances().forEach(instance -> statuses.add(instance.status()));
        return statuses;
    }

    private static ConfigurableApplicationContext application(String name) {
        return new SpringApplicationBuilder(Shop.class)
                .web(WebApplicationType.NONE)
                .run(
                        "--spring.main.banner-mode=off",
                        "--logging.level.root=warn",
                        "--spring.application.name=" + name,
                        "--spring.cloud.zookeeper.enabled=false",
                        "--spring.cloud.consul.host=" + agent().getHost(),
                        "--spring.cloud.consul.port=" + agent().getPort(),
                        "--spring.cloud.consul.discovery.hostname=10.0.0.7",
                        "--spring.cloud.consul.discovery.port=8443",
                        "--spring.cloud.consul.discovery.scheme=https",
                        "--spring.cloud.consul.discovery.heartbeat.enabled=true",
                        "--spring.cloud.consul.discovery.instance-zone=eu-1",
                        "--spring.cloud.consul.discovery.instance-group=blue",
                        "--spring.cloud.consul.discovery.tags=fast",
                        "--spring.cloud.consul.discovery.metadata.team=a",
                        "--spring.cloud.consul.discovery.metadata.weight=7",
                        "--spring.cloud.service-registry.auto-registration.enabled=true");
    }
}
