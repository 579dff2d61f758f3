package dev.rollcall.testing.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.client.Endpoint;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.testing.servers.ConsulServers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Armeria's {@code ConsulEndpointGroup} asks Consul, and the fields that it reads from the answer, by its sources of 1.41, as its module isn't to be had from Maven Central: the two requests are made by Armeria's own HTTP client, and the answers read by Jackson into fields of the types that Armeria declares,
 * since a value of another type would fail its whole list.
 */
class ArmeriaConsulTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static ConsulServers servers;
    private static WebClient consul;

    @BeforeAll
    static void start() {
        servers = ConsulServers.builder().inMemory().start();
        consul = WebClient.of("http://" + servers.endpoints().get(0) + "/v1");
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Healthy(
            @JsonProperty("Node") Node node,
            @JsonProperty("Service") Service service) {

        @JsonIgnoreProperties(ignoreUnknown = true)
        record Node(
                @JsonProperty("ID") String id,
                @JsonProperty("Node") String name,
                @JsonProperty("Address") String address,
                @JsonProperty("Datacenter") String datacenter,
                @JsonProperty("TaggedAddresses") Object taggedAddresses,
                @JsonProperty("Meta") Map<String, Object> meta) {}

        @JsonIgnoreProperties(ignoreUnknown = true)
        record Service(
                @JsonProperty("ID") String id,
                @JsonProperty("Service") String name,
                @JsonProperty("Tags") List<String> tags,
                @JsonProperty("Address") String address,
                @JsonProperty("TaggedAddresses") Object taggedAddresses,
                @JsonProperty("Meta") Map<String, Object> meta,
                @JsonProperty("Port") int port,
                @JsonProperty("Weights") Map<String, Object> weights) {}

        Endpoint endpoint() {
            return at(service.address, node.address, service.port);
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Listed(
            @JsonProperty("ID") String nodeId,
            @JsonProperty("Node") String node,
            @JsonProperty("Address") String address,
            @JsonProperty("Datacenter") String datacenter,
            @JsonProperty("TaggedAddresses") Map<String, String> taggedAddresses,
            @JsonProperty("NodeMeta") Map<String, Object> nodeMeta,
            @JsonProperty("CreateIndex") int createIndex,
            @JsonProperty("ModifyIndex") int modifyIndex,
            @JsonProperty("ServiceAddress") String serviceAddress,
            @JsonProperty("ServiceEnableTagOverride") boolean enableTagOverride,
            @JsonProperty("ServiceID") String serviceId,
            @JsonProperty("ServiceName") String serviceName,
            @JsonProperty("ServicePort") int servicePort,
            @JsonProperty("ServiceMeta") Map<String, Object> serviceMeta,
            @JsonProperty("ServiceTaggedAddresses") Map<String, Object> serviceTaggedAddresses,
            @JsonProperty("ServiceTags") List<String> serviceTags,
            @JsonProperty("ServiceProxy") Map<String, Object> serviceProxy,
            @JsonProperty("ServiceConnect") Map<String, Object> serviceConnect) {

        Endpoint endpoint() {
            return at(serviceAddress, address, servicePort);
        }
    }

    /** The service's own address, or else its node's. */
    private static Endpoint at(String service, String node, int port) {
        return Endpoint.of(service == null || service.isEmpty() ? node : service, port);
    }

    private static <T> List<T> ask(String path, Class<T[]> form) throws IOException {
        AggregatedHttpResponse answer = consul.get(path).aggregate().join();
        assertThat(answer.status()).isEqualTo(HttpStatus.OK);
        return List.of(JSON.readValue(answer.contentUtf8(), form));
    }

    /** As a group does that uses health checks. */
    private static Set<Endpoint> healthy(String service) throws IOException {
        List<Endpoint> found = new ArrayList<>();
        ask("/health/service/" + service + "?passing=true", Healthy[].class)
                .forEach(each -> found.add(each.endpoint()));
        return Set.copyOf(found);
    }

    /** As one does that doesn't. */
    private static Set<Endpoint> all(String service) throws IOException {
        List<Endpoint> found = new ArrayList<>();
        ask("/catalog/service/" + service, Listed[].class).forEach(each -> found.add(each.endpoint()));
        return Set.copyOf(found);
    }

    private static Rollcall rollcall(String layout) {
        return Rollcall.builder(servers.uri() + "/?layout=" + layout)
                .closeOnShutdown(false)
                .connect();
    }

    private static ConditionFactory eventually() {
        return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "spring", "go-micro", "kratos", "discox"})
    void whatArmeriaAsksFindsOurRegistrationsAndTheirChanges(String layout) throws Exception {
        String service = "orders-" + layout;
        Endpoint first = Endpoint.of("10.0.0.1", 80);
        Endpoint second = Endpoint.of("10.0.0.2", 8080);
        try (Rollcall rollcall = rollcall(layout)) {
            Registration one = registered(
                    rollcall,
                    Instance.of(service, "http://10.0.0.1:80", "grpc://10.0.0.1:90")
                            .withWeight(3)
                            .withZone("eu-1")
                            .withVersion("v1")
                            .withMetadata(Map.of("team", "a<b>&é", "tags", "blue")));
            Registration two = registered(rollcall, Instance.of(service, "http://10.0.0.2:8080"));
            assertThat(healthy(service)).containsExactlyInAnyOrder(first, second);
            assertThat(all(service)).containsExactlyInAnyOrder(first, second);

            one.close();
            eventually().until(() -> all(service).equals(Set.of(second)));
            assertThat(healthy(service)).containsExactly(second);
            two.close();
            eventually().until(() -> all(service).isEmpty());
        }
    }

    private static Registration registered(Rollcall rollcall, Instance instance) throws InterruptedException {
        Registration registration = rollcall.register(instance);
        registration.awaitRegistered(PATIENCE);
        return registration;
    }

    /** The fields that its {@code ConsulUpdatingListener} sends. */
    @Test
    void ourViewFollowsWhatArmeriasServersRegister() throws Exception {
        try (Rollcall rollcall = rollcall("native");
                ServiceView view = rollcall.discover("basket")) {
            put("/agent/service/register", """
                    {"ID":"basket.0a1b","Name":"basket","Address":"10.0.0.7","Port":8443,"Tags":["blue"]}""");
            eventually().until(() -> view.instances().size() == 1);
            Instance seen = view.instances().get(0);
            assertThat(seen.endpoint().host()).isEqualTo("10.0.0.7");
            assertThat(seen.endpoint().port()).isEqualTo(8443);
            assertThat(seen.metadata()).containsEntry("tags", "blue");

            put("/agent/service/deregister/basket.0a1b", "");
            eventually().until(() -> view.instances().isEmpty());
            assertThat(view.undecodable()).isZero();
        }
    }

    private static void put(String path, String body) {
        assertThat(consul.put(path, body).aggregate().join().status()).isEqualTo(HttpStatus.OK);
    }
}
