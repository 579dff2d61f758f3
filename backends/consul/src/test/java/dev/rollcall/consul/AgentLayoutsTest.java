package dev.rollcall.consul;

import static dev.rollcall.consul.Clients.eventually;
import static dev.rollcall.consul.Clients.known;
import static dev.rollcall.consul.Clients.registered;
import static dev.rollcall.consul.Clients.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Status;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.Origin;
import dev.rollcall.testing.servers.ConsulServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The layouts of other ecosystems in a real agent. */
class AgentLayoutsTest {
    private static ConsulServers servers;
    private static ConsulApi api;
    private static int tests;

    private final Clients clients = new Clients();
    private final String service = "laid-out-" + ++tests;

    @BeforeAll
    static void start() {
        servers = ConsulServers.builder().inMemory().start();
        api = new ConsulApi(servers.endpoints().get(0));
    }

    @AfterEach
    void closeClients() {
        clients.close();
        api.deregisterAll();
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    private Rollcall open(String parameters) {
        return clients.open(servers.uri() + "/?" + parameters);
    }

    private Instance instance() {
        return Instance.of(service, "grpc://10.0.0.1:9000", "http://10.0.0.1:8000")
                .withWeight(3)
                .withStatus(Status.DRAINING)
                .withZone("eu-1")
                .withVersion("latest")
                .withMetadata(Map.of("team", "a", "tags", "blue", "dotted.key", "é"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"go-micro", "kratos", "spring", "discox"})
    void whatIsRegisteredInALayoutIsKeptUpdatedAndRemoved(String layout) throws Exception {
        Instance instance = instance();
        ServiceView same = known(open("layout=" + layout), service);
        ServiceView byDefault = known(open(""), service);
        Registration registration = registered(open("layout=" + layout), instance);
        eventually()
                .until(() -> same.instances().equals(List.of(instance))
                        && byDefault.instances().equals(List.of(instance)));

        CatalogEntry first = api.ofCatalogue(service).get(0);
        assertThat(first.id).isEqualTo(CatalogLayouts.named(layout).serviceId(service, instance.id()));
        api.deregister(first.id);
        eventually()
                .until(() -> api.ofCatalogue(service).stream()
                        .anyMatch(entry -> !entry.meta.get(MetaKeys.CHECK).equals(first.meta.get(MetaKeys.CHECK))));
        eventually().until(() -> same.instances().equals(List.of(instance)));
        stored(registration.update(known -> known.withWeight(5)));
        eventually().until(() -> same.instances().equals(List.of(instance.withWeight(5))));

        registration.close();
        eventually()
                .until(() -> same.instances().isEmpty() && byDefault.instances().isEmpty());
        assertThat(api.ofCatalogue(service)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"go-micro", "kratos", "spring", "discox"})
    void whoDiesIsGone(String layout) throws Exception {
        ServiceView view = known(open("layout=" + layout), service);
        RegistrationJson writer =
                new RegistrationJson(CatalogLayouts.named(layout), "", Duration.ofSeconds(2), Optional.empty());
        api.put("/v1/agent/service/register", writer.write(instance(), "rollcall:nobody-renews-it", 1));
        eventually().until(() -> view.instances().equals(List.of(instance())));

        eventually().until(() -> view.instances().isEmpty());
        assertThat(api.ofCatalogue(service)).hasSize(1);
    }

    @Test
    void othersSeeWhatTheyLookFor() throws Exception {
        Instance up = instance().withStatus(Status.UP);
        registered(open("layout=go-micro&prefix=m-"), up);
        registered(open("layout=kratos&prefix=k-"), up);
        registered(open("layout=spring&prefix=s-"), up);

        assertThat(api.get("/v1/health/service/m-" + service + "?passing"))
                .contains("\"v-789cca492c492d2e01040000ffff08cc028e\"", "\"Address\":\"10.0.0.1\"", "\"Port\":9000");
        assertThat(api.get("/v1/health/service/k-" + service + "?passing"))
                .contains(
                        "\"version=latest\"",
                        "\"grpc\":{\"Address\":\"grpc://10.0.0.1:9000\",\"Port\":9000}",
                        "\"http\":{\"Address\":\"http://10.0.0.1:8000\",\"Port\":8000}",
                        "\"weight\":\"3\"");
        assertThat(api.get("/v1/health/service/s-" + service + "?passing"))
                .contains("\"secure\":\"false\"", "\"zone\":\"eu-1\"", "\"weight\":\"3\"");
    }

    @Test
    void severalLayoutsAreOneViewThatTellsWhereEachInstanceIsFrom() throws Exception {
        ServiceView view = known(open("layout=native,go-micro,kratos,spring,discox"), service);
        register("micro-1", ",\"Tags\":[\"v-789c32d433d03300040000ffff02ce00ee\"]");
        register("kratos-1", ",\"TaggedAddresses\":{\"grpc\":{\"Address\":\"grpc://10.0.0.2:9000\",\"Port\":9000}}");
        register("spring-1", ",\"Meta\":{\"secure\":\"true\"}");
        register(service + "_10.0.0.2", ",\"Meta\":{\"weight\":\"1000\"}");
        register("plain-1", "");
        registered(open("layout=kratos"), instance().withId("own-kratos"));
        registered(open(""), instance().withId("own-native"));

        eventually().until(() -> view.instances().size() == 7);
        Map<String, String> origins = new TreeMap<>();
        view.instances().forEach(each -> origins.put(each.id(), each.metadata().get(Origin.KEY)));
        assertThat(origins)
                .isEqualTo(Map.of(
                        "micro-1@consul-0",
                        "go-micro",
                        "kratos-1@consul-0",
                        "kratos",
                        "spring-1@consul-0",
                        "spring",
                        service + "_10.0.0.2@consul-0",
                        "discox",
                        "plain-1@consul-0",
                        "native",
                        "own-kratos",
                        "kratos",
                        "own-native",
                        "native"));
        assertThat(view.instances())
                .extracting(each -> each.endpoint().toString())
                .contains("tcp://10.0.0.2:80", "grpc://10.0.0.2:9000", "https://10.0.0.2:80");

        api.deregister("micro-1");
        eventually().until(() -> view.instances().size() == 6);
    }

    private void register(String id, String fields) {
        api.put(
                "/v1/agent/service/register",
                "{\"ID\":\"%s\",\"Name\":\"%s\",\"Address\":\"10.0.0.2\",\"Port\":80%s}"
                        .formatted(id, service, fields));
    }

    @Test
    void aServiceHasTheLayoutThatIsChosenForIt() throws Exception {
        Rollcall client = open("layout." + service + "=kratos");
        registered(client, instance());
        registered(client, Instance.of(service + "-b", "http://10.0.0.1:80"));

        assertThat(api.ofCatalogue(service).get(0).tags).contains("version=latest");
        assertThat(api.ofCatalogue(service + "-b").get(0).tags).isEmpty();
    }

    @Test
    void servicesThatSpringCallsTheSameAreNotMixedUp() throws Exception {
        Rollcall client = open("layout=spring,native");
        Instance dotted = Instance.of(service + ".api", "http://10.0.0.1:80");
        Instance hyphened = Instance.of(service + "-api", "http://10.0.0.2:80");
        registered(client, dotted);
        registered(open(""), hyphened);
        ServiceView dots = known(client, dotted.service());
        ServiceView hyphens = known(client, hyphened.service());
        registered(open(""), dotted.withId("natively"));

        eventually()
                .until(() -> dots.instances().size() == 2 && hyphens.instances().size() == 1);
        assertThat(dots.instances()).extracting(Instance::id).containsExactlyInAnyOrder(dotted.id(), "natively");
        assertThat(hyphens.instances()).extracting(Instance::id).containsExactly(hyphened.id());
        assertThat(api.ofCatalogue(service + "-api")).hasSize(2);
    }

    @Test
    void whatALayoutCannotNameIsRefused() {
        Registration registration = open("layout=spring").register(Instance.of("1st", "http://10.0.0.1:80"));

        eventually().until(() -> registration.state().cause() != null);
        assertThat(registration.state().cause()).hasMessageContaining("?layout.1st=native");
        assertThat(registration.state().cause().kind()).isEqualTo(Kind.REJECTED);
    }
}
