package dev.rollcall.consul;

import static dev.rollcall.consul.Clients.eventually;
import static dev.rollcall.consul.Clients.known;
import static dev.rollcall.consul.Clients.registered;
import static dev.rollcall.consul.Clients.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Live;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Status;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.Checkup;
import dev.rollcall.spi.Finding;
import dev.rollcall.spi.Origin;
import dev.rollcall.spi.StoreUri;
import dev.rollcall.testing.servers.ConsulServers;
import dev.rollcall.testing.servers.TcpProxy;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Upstreams of APISIX in a real agent. */
class AgentUpstreamsTest {
    private static final Pattern SESSION = Pattern.compile("\"Session\":\"([^\"]+)\"");

    private static ConsulServers servers;
    private static ConsulApi api;
    private static int tests;

    private final Clients clients = new Clients();
    private final String service = "upstream-" + ++tests;
    private final Instance instance = Instance.of(service, "http://10.0.0.1:80")
            .withWeight(3)
            .withZone("eu-1")
            .withMetadata(Map.of("team", "a", "max_fails", "7"));

    @BeforeAll
    static void start() {
        servers = ConsulServers.builder().inMemory().start();
        api = new ConsulApi(servers.endpoints().get(0));
    }

    @AfterEach
    void closeClients() {
        clients.close();
        api.delete("/v1/kv/?recurse");
        api.deregisterAll();
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    private Rollcall open(String parameters) {
        return clients.open(servers.uri() + "/?layout=apisix" + parameters);
    }

    private String value(String address) {
        return api.get("/v1/kv/upstreams/" + service + "/" + address + "?raw");
    }

    private void put(String rest, String value) {
        api.put("/v1/kv/upstreams/" + service + rest, value);
    }

    @Test
    void isWrittenAsApisixReadsItKeptUpdatedMovedAndRemoved() throws Exception {
        ServiceView view = known(open(""), service);
        Registration registration = registered(open(""), instance);
        eventually().until(() -> view.instances().equals(List.of(instance)));
        assertThat(value("10.0.0.1:80"))
                .startsWith("{\"weight\":3,\"max_fails\":2,\"fail_timeout\":1,\"rollcall\":{\"id\":");

        stored(registration.update(known -> known.withStatus(Status.OUT_OF_SERVICE)));
        eventually().until(() -> view.instances().equals(List.of(instance.withStatus(Status.OUT_OF_SERVICE))));
        assertThat(value("10.0.0.1:80")).contains("\"check_status\":false");

        Instance moved = Instance.of(service, "http://10.0.0.2:80").withId(instance.id());
        stored(registration.update(known -> moved));
        eventually()
                .until(() -> view.instances().equals(List.of(moved))
                        && value("10.0.0.1:80").isEmpty());

        registration.close();
        eventually().until(() -> view.instances().isEmpty());
        assertThat(value("10.0.0.2:80")).isEmpty();
    }

    @Test
    void whatIsDeletedOrOverwrittenIsPutBack() throws Exception {
        ServiceView view = known(open(""), service);
        registered(open(""), instance);
        eventually().until(() -> view.instances().equals(List.of(instance)));

        api.delete("/v1/kv/upstreams/" + service + "/10.0.0.1:80");
        eventually().until(() -> value("10.0.0.1:80").startsWith("{\"weight\":3"));
        put("/10.0.0.1:80", "{\"weight\":9}");
        eventually().until(() -> value("10.0.0.1:80").startsWith("{\"weight\":3"));
        eventually().until(() -> view.instances().equals(List.of(instance)));
    }

    @Test
    void whatGoesWithItsSessionIsPutBackInAnother() throws Exception {
        ServiceView view = known(open(""), service);
        Registration registration = registered(open(""), instance);
        String before = session("10.0.0.1:80");

        api.put("/v1/session/destroy/" + before, "");

        eventually().until(() -> !Set.of(before, "").contains(session("10.0.0.1:80")));
        eventually()
                .until(() -> view.instances().equals(List.of(instance))
                        && registration.state().phase() == Phase.REGISTERED);
    }

    /** Empty if the key isn't there. */
    private String session(String address) {
        Matcher session = SESSION.matcher(api.get("/v1/kv/upstreams/" + service + "/" + address));
        return session.find() ? session.group(1) : "";
    }

    @Test
    void whoCanNoLongerRenewItIsGone() throws Exception {
        ServiceView view = known(open(""), service);
        try (TcpProxy link = TcpProxy.to(servers.endpoints().get(0))) {
            registered(clients.open("consul://" + link.endpoint() + "/?layout=apisix"), instance);
            eventually().until(() -> view.instances().equals(List.of(instance)));

            link.cut();

            eventually().until(() -> view.instances().isEmpty());
        }
    }

    @Test
    void aDyingPredecessorIsReplacedInPlaceAndDoesNotTakeOursAlong() throws Exception {
        ServiceView view = known(open(""), service);
        try (TcpProxy link = TcpProxy.to(servers.endpoints().get(0))) {
            registered(clients.open("consul://" + link.endpoint() + "/?layout=apisix"), instance);
            eventually().until(() -> view.instances().equals(List.of(instance)));
            String before = session("10.0.0.1:80");
            link.cut();
            Set<Integer> sizes = new HashSet<>();
            view.listenChanges(
                    Runnable::run, changes -> sizes.add(view.instances().size()));

            registered(open(""), instance.withWeight(5));
            eventually().until(() -> view.instances().equals(List.of(instance.withWeight(5))));
            api.put("/v1/session/destroy/" + before, "");
            api.put("/v1/kv/upstreams/" + service + "/marker", "");
            eventually().until(() -> view.undecodable() == 1);

            assertThat(sizes).containsExactly(1);
            assertThat(view.instances()).containsExactly(instance.withWeight(5));
        }
    }

    @Test
    void aSecondLiveOwnerIsToldAndWaitedFor() throws Exception {
        Registration first = registered(open(""), instance);
        Registration second = registered(open(""), instance.withWeight(5));

        eventually().until(() -> first.state().phase() == Phase.DISPLACED);
        second.close();
        eventually().until(() -> first.state().phase() == Phase.REGISTERED);
        assertThat(value("10.0.0.1:80")).startsWith("{\"weight\":3");
    }

    @Test
    void whatOthersWroteIsSeenAsFarAsItIsANodeOfThisUpstream() throws Exception {
        ServiceView view = known(open(""), service);
        put("/10.0.0.1:80", "{\"weight\": 120, \"max_fails\": 2, \"fail_timeout\": 1, \"x\": [{}], \"y\": null}");
        put("/10.0.0.2:80", "{\"weight\": \"2\", \"check_status\": false}");
        put("/10.0.0.3:80", "{\"check_status\": \"false\"}");
        put("/10.0.0.4:80", "");
        put("/10.0.0.5", "{}");
        put("/other/10.0.0.6:80", "{}");
        put("-b/10.0.0.7:80", "{}");

        eventually().until(() -> view.instances().size() == 3 && view.undecodable() == 2);
        Instance plain = Instance.of(service, "http://10.0.0.1:80");
        assertThat(view.instances())
                .containsExactly(
                        plain.withWeight(120).withMetadata(Map.of("max_fails", "2", "fail_timeout", "1")),
                        Instance.of(service, "http://10.0.0.2:80").withWeight(2).withStatus(Status.OUT_OF_SERVICE),
                        Instance.of(service, "http://10.0.0.3:80").withStatus(Status.OUT_OF_SERVICE));
        Live<SortedSet<String>> services = open("").services();
        services.awaitKnown(Clients.PATIENCE);
        eventually()
                .until(() -> services.reading()
                        .value()
                        .orElseThrow()
                        .equals(new TreeSet<>(Set.of(service, service + "-b"))));
    }

    @Test
    void theKeyValueStoreAndTheCatalogueAreOneView() throws Exception {
        Rollcall both = clients.open(servers.uri() + "/?layout=native,kratos,apisix&root.apisix=up/streams");
        ServiceView view = known(both, service);
        api.put("/v1/kv/up/streams/" + service + "/10.0.0.9:80", "{}");
        registered(both, instance);
        registered(clients.open(servers.uri() + "/?layout=kratos"), instance.withId("k"));

        eventually().until(() -> view.instances().size() == 3);
        assertThat(view.instances())
                .extracting(each -> each.id() + " " + each.metadata().get(Origin.KEY))
                .containsExactly("10.0.0.1:80 native", "10.0.0.9:80 apisix", "k kratos");
    }

    @Test
    void aHostThatApisixCannotReadIsRefused() {
        Registration registration = open("").register(Instance.of(service, "http://host-1:80"));

        eventually().until(() -> registration.state().cause() != null);
        assertThat(registration.state().cause()).hasMessageContaining("letters, digits and dots");
        assertThat(registration.state().cause().kind()).isEqualTo(Kind.REJECTED);
    }

    @Test
    void theDoctorTellsWhoHasWrittenWhat() throws Exception {
        put("/10.0.0.9:80", "{}");
        registered(clients.open(servers.uri() + "/?layout=kratos"), instance);
        StoreUri uri = StoreUri.parse(servers.uri());

        try (Checkup checkup = new ConsulBackendProvider().checkup(uri, Clients.PATIENCE, false)) {
            checkup.member(uri.hosts().get(0));
            assertThat(checkup.contents())
                    .extracting(Finding::text)
                    .contains(
                            "1 of the services looked at written by Rollcall with ?layout=kratos",
                            "1 upstreams of apisix in the key/value store");
        }
    }
}
