package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Checkup;
import dev.rollcall.spi.Finding;
import dev.rollcall.spi.Origin;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.StoreUri;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Other ecosystems' layouts on a real etcd: what a client of their own would find there, and what we make of what they write. */
class ForeignLayoutTest extends OneEtcd {
    private static final Instance ORDERS = Instance.of("orders", "grpc://10.0.0.1:9000")
            .withId("orders-1")
            .withVersion("v1")
            .withWeight(3)
            .withMetadata("team", "a&b");

    /** For one request: what is shown here is not how quick it is. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static DirectEtcd direct;

    @BeforeAll
    static void connect() {
        direct = new DirectEtcd(etcd.endpoints().get(0));
    }

    @AfterAll
    static void disconnect() {
        direct.close();
    }

    /** Below a root of the test's own, so that a service of one test isn't another's. */
    private TestClient client(String layouts) {
        return register(TestClient.connect(
                etcd.uri() + "/?root=/" + root + "&layout=" + layouts, Duration.ofSeconds(10), PATIENCE));
    }

    /** Each layout, and {@link #ORDERS} in it: the key below the root, and the value. */
    static Stream<Arguments> written() {
        return Stream.of(
                Arguments.of(
                        "kratos",
                        "/orders/orders-1",
                        "{\"id\":\"orders-1\",\"name\":\"orders\",\"version\":\"v1\",\"metadata\":{\"rollcall.weight\":\"weight\","
                                + "\"team\":\"a\\u0026b\",\"weight\":\"3\"},\"endpoints\":[\"grpc://10.0.0.1:9000\"]}"),
                Arguments.of(
                        "go-micro",
                        "/orders/orders-1",
                        "{\"name\":\"orders\",\"version\":\"v1\",\"metadata\":null,\"endpoints\":null,\"nodes\":[{\"metadata\":{"
                                + "\"rollcall.endpoints\":\"grpc://10.0.0.1:9000\",\"rollcall.weight\":\"3\",\"team\":\"a\\u0026b\"},"
                                + "\"id\":\"orders-1\",\"address\":\"10.0.0.1:9000\"}]}"),
                Arguments.of(
                        "kitex",
                        "/orders/10.0.0.1:9000",
                        "{\"network\":\"tcp\",\"address\":\"10.0.0.1:9000\",\"weight\":3,\"tags\":{"
                                + "\"rollcall.endpoints\":\"grpc://10.0.0.1:9000\",\"rollcall.version\":\"v1\",\"team\":\"a\\u0026b\"}}"),
                Arguments.of(
                        "discox",
                        "/orders/10.0.0.1:9000",
                        "{\"rollcall.endpoints\":\"grpc://10.0.0.1:9000\",\"rollcall.version\":\"v1\","
                                + "\"rollcall.weight\":\"weight\",\"team\":\"a\\u0026b\",\"weight\":3}"),
                Arguments.of("plain", "/orders/orders-1", "10.0.0.1:9000"),
                Arguments.of("go-zero", "/orders/orders-1", "10.0.0.1:9000"),
                Arguments.of(
                        "dubbo",
                        "/orders/providers/grpc%3A%2F%2F10.0.0.1%3A9000%2Forders%3Finterface%3Dorders%26side%3Dprovider"
                                + "%26team%3Da%2526b%26version%3Dv1%26weight%3D3",
                        ""));
    }

    @ParameterizedTest
    @MethodSource("written")
    void writesToTheByteWhatTheOthersRead(String layout, String key, String value) {
        TestClient client = client(layout);
        RecordedInstances view = client.watch("orders");
        TestClient.Published published = client.publish(Origin.marked(ORDERS, "elsewhere"));

        assertThat(direct.entries("/" + root + "/")).isEqualTo(Map.of("/" + root + key, value));
        assertThat(direct.lease("/" + root + key)).isNotZero();
        eventually().until(() -> view.known().size() == 1);

        TestClient.await(published.publication().remove());
        assertThat(direct.entries("/" + root + "/")).isEmpty();
        eventually().until(() -> view.known().isEmpty());
        assertThat(view.violations).isEmpty();
        assertThat(view.undecodable).isEmpty();
    }

    /** Each layout, a key below the root and a value as its ecosystem writes them, and what that is to us. */
    static Stream<Arguments> read() {
        Instance plain = Instance.of("orders", "10.0.0.2:8000");
        return Stream.of(
                Arguments.of(
                        "kratos",
                        "/orders/0d1f",
                        "{\"id\":\"0d1f\",\"name\":\"orders\",\"version\":\"v2\",\"metadata\":null,"
                                + "\"endpoints\":[\"http://10.0.0.2:8000\",\"grpc://10.0.0.2:9000?isSecure=false\"]}",
                        Instance.of("orders", "http://10.0.0.2:8000", "grpc://10.0.0.2:9000")
                                .withId("0d1f")
                                .withVersion("v2")),
                Arguments.of(
                        "go-micro",
                        "/orders/orders-uuid",
                        "{\"name\":\"orders\",\"version\":\"latest\",\"metadata\":null,\"endpoints\":[],"
                                + "\"nodes\":[{\"metadata\":{\"protocol\":\"mucp\"},\"id\":\"orders-uuid\",\"address\":\"10.0.0.2:8000\"}]}",
                        plain.withId("orders-uuid").withVersion("latest").withMetadata("protocol", "mucp")),
                Arguments.of(
                        "kitex",
                        "/orders/10.0.0.2:8000",
                        "{\"network\":\"tcp\",\"address\":\"10.0.0.2:8000\",\"weight\":10,\"tags\":null}",
                        plain.withWeight(10)),
                Arguments.of(
                        "discox",
                        "/orders/10.0.0.2:8000",
                        "{\"hostname\":\"xxx\",\"weight\":1}",
                        plain.withMetadata(Map.of("hostname", "xxx", "weight", "1"))),
                Arguments.of("plain", "/orders/10.0.0.2:8000", "10.0.0.2:8000", plain),
                Arguments.of("plain", "/orders/node1", "10.0.0.2:8000", plain.withId("node1")),
                Arguments.of(
                        "go-zero", "/orders/7587861231285799684", "10.0.0.2:8000", plain.withId("7587861231285799684")),
                Arguments.of(
                        "dubbo",
                        "/orders/providers/dubbo%3A%2F%2F10.0.0.2%3A8000%2Forders%3Fapplication%3Da%26side%3Dprovider%26version%3D1.0.0",
                        "",
                        Instance.of("orders", "dubbo://10.0.0.2:8000")
                                .withId("10.0.0.2:8000-a65ab1aabc6b31c2")
                                .withVersion("1.0.0")
                                .withWeight(100)
                                .withMetadata("application", "a")));
    }

    @ParameterizedTest
    @MethodSource("read")
    void readsWhatTheOthersWrite(String layout, String key, String value, Instance expected) {
        direct.put("/" + root + "/orders-v2" + key.substring("/orders".length()), value);
        TestClient client = client(layout);
        RecordedInstances view = client.watch("orders");
        RecordedServices services = new RecordedServices();
        client.backend.watchServices(services);
        eventually().until(() -> view.isFresh() && services.isFresh());
        assertThat(view.known()).isEmpty();

        direct.put("/" + root + key, value);
        eventually().until(() -> view.known().size() == 1);
        assertThat(view.known().values()).containsExactly(expected);
        eventually().until(() -> services.names().equals(Set.of("orders", "orders-v2")));
        RecordedInstances late = client.watch("orders");
        eventually().until(late::isFresh);
        assertThat(late.known().values()).containsExactly(expected);

        direct.delete("/" + root + key);
        eventually().until(() -> view.known().isEmpty());
        eventually().until(() -> services.names().equals(Set.of("orders-v2")));
    }

    @Test
    void oneViewMergesLayoutsAndTellsWhoseEachIs() {
        TestClient client = register(TestClient.connect(
                etcd.uri() + "/?layout=native,kratos,go-micro&root=" + root + "&root.kratos=/" + root
                        + "-k&root.go-micro=/" + root + "-m",
                Duration.ofSeconds(10),
                PATIENCE));
        RecordedInstances view = client.watch("orders");
        RecordedServices services = new RecordedServices();
        client.backend.watchServices(services);
        client.publish(ORDERS);
        direct.put(
                "/" + root + "-k/orders/k1",
                "{\"id\":\"k1\",\"name\":\"orders\",\"endpoints\":[\"grpc://10.0.0.3:9000\"]}");
        direct.put("/" + root + "-m/orders/m1", "{\"nodes\":[{\"id\":\"m1\",\"address\":\"10.0.0.4:1\"}]}");
        direct.put("/" + root + "-m/orders/orders-1", "{\"nodes\":[{\"id\":\"orders-1\",\"address\":\"10.0.0.5:1\"}]}");
        direct.put("/" + root + "-m/orders/broken", "{");
        direct.put("/" + root + "-m/users/u1", "{\"nodes\":[{\"id\":\"u1\",\"address\":\"10.0.0.6:1\"}]}");

        eventually().until(() -> view.known().keySet().equals(Set.of("orders-1", "k1", "m1")));
        assertThat(view.known())
                .containsEntry("orders-1", ORDERS.withMetadata(Origin.KEY, "native"))
                .allSatisfy((id, instance) -> assertThat(instance.metadata()).containsKey(Origin.KEY));
        assertThat(view.known().get("m1").metadata()).isEqualTo(Map.of(Origin.KEY, "go-micro"));
        eventually().until(() -> view.undecodable.size() == 1);
        eventually().until(() -> services.names().equals(Set.of("orders", "users")));

        // what is written is written in the first layout alone, and knows nothing of origins
        assertThat(direct.entries(root + "/")).containsOnlyKeys(root + "/orders/orders-1");
        direct.delete(root + "/orders/orders-1");
        eventually()
                .until(() -> "10.0.0.5"
                        .equals(view.known().get("orders-1").endpoint().host()));
        assertThat(view.known().get("orders-1").metadata()).isEqualTo(Map.of(Origin.KEY, "go-micro"));
        assertThat(view.removals).as("G3: never gone, not for a moment").hasValue(0);
    }

    @Test
    void aMergedViewOutlastsAnOutageAndMissesNothing() {
        TestClient client = register(TestClient.connect(
                etcd.uri(List.of(proxy.endpoint())) + "/?layout=kratos,native&root=/" + root + "-k&root.native=" + root,
                Duration.ofSeconds(10),
                PATIENCE));
        String kratos = "{\"name\":\"orders\",\"endpoints\":[\"grpc://10.0.0.3:9000\"]}";
        direct.put(key("orders", "stays"), json(ORDERS));
        direct.put("/" + root + "-k/orders/goes", kratos);
        RecordedInstances view = client.watch("orders");
        eventually().until(() -> view.known().size() == 2);

        proxy.cut();
        eventually().until(() -> !view.isFresh());
        direct.delete("/" + root + "-k/orders/goes");
        direct.put("/" + root + "-k/orders/comes", kratos);
        assertThat(view.known()).containsOnlyKeys("stays", "goes");
        proxy.heal();

        eventually().until(view::isFresh);
        assertThat(view.known()).containsOnlyKeys("stays", "comes");
        assertThat(view.violations).isEmpty();
        assertThat(view.history).noneMatch(event -> event.startsWith("stays"));
    }

    @Test
    void theCheckupTellsWhichLayoutsAreHere() {
        direct.put("/" + root + "/orders/a", "{}");
        direct.put("/dubbo/com.x.Api/providers/dubbo%3A%2F%2Fh%3A1%2Fa", "");
        String uri = etcd.uri() + "/?layout=kratos&root=/" + root;
        try (Checkup checkup = new EtcdBackendProvider().checkup(StoreUri.parse(uri), Duration.ofSeconds(30), false)) {
            checkup.member(StoreUri.parse(uri).hosts().get(0));

            assertThat(checkup.contents())
                    .extracting(Finding::text)
                    .contains("1 keys at /" + root + "/, as kratos writes them")
                    .anyMatch(text -> text.matches("[0-9]+ keys of Dubbo at /dubbo/, not read by this URI.*"));
        }
    }

    @Test
    void oneServiceMayBeWrittenOtherwiseThanTheRest() {
        TestClient client = register(TestClient.connect(
                etcd.uri() + "/?root=" + root + "&layout.users=kratos&root.kratos=/" + root + "-k",
                Duration.ofSeconds(10),
                PATIENCE));
        client.publish(ORDERS);
        client.publish(Instance.of("users", "h:1"));

        assertThat(direct.entries(root + "/")).containsOnlyKeys(root + "/orders/orders-1");
        assertThat(direct.entries("/" + root + "-k/")).containsOnlyKeys("/" + root + "-k/users/h:1");
    }

    @Test
    void whoLeavesIsTakenAwayWhereNoStatusCanBeWritten() {
        TestClient client = client("plain");
        TestClient.Published published = client.publish(ORDERS);

        TestClient.await(published.publication().put(ORDERS.withStatus(Status.DRAINING)));
        assertThat(direct.entries("/" + root + "/")).isEmpty();
        TestClient.await(published.publication().put(ORDERS));
        assertThat(direct.entries("/" + root + "/")).hasSize(1);
        direct.delete("/" + root + "/orders/orders-1");
        eventually().until(() -> published.losses().lost.size() == 1);
        TestClient.await(published.publication().put(ORDERS.withStatus(Status.OUT_OF_SERVICE)));
        TestClient.await(published.publication().remove());

        assertThat(direct.entries("/" + root + "/")).isEmpty();
        assertThat(published.losses().lost).as("its own removals are no losses").hasSize(1);
    }

    @Test
    void anEntryNamedByItsAddressMovesAlongWithoutAMomentOfAbsence() {
        TestClient client = client("kitex");
        RecordedInstances view = client.watch("orders");
        TestClient.Published published = client.publish(ORDERS);
        Publication publication = published.publication();
        Instance moved = ORDERS.withEndpoints(List.of(Endpoint.parse("grpc://10.0.0.9:9000")));

        TestClient.await(publication.put(ORDERS.withWeight(5)));
        TestClient.await(publication.put(moved));
        assertThat(direct.entries("/" + root + "/")).containsOnlyKeys("/" + root + "/orders/10.0.0.9:9000");
        TestClient.await(publication.put(ORDERS));
        assertThat(direct.entries("/" + root + "/")).containsOnlyKeys("/" + root + "/orders/10.0.0.1:9000");
        direct.delete("/" + root + "/orders/10.0.0.1:9000");
        eventually().until(() -> published.losses().lost.size() == 1);
        TestClient.await(publication.put(ORDERS));
        TestClient.await(publication.remove());

        eventually().until(() -> view.known().isEmpty());
        assertThat(view.history)
                .containsExactly(
                        "10.0.0.1:9000 UP",
                        "10.0.0.1:9000 UP",
                        "10.0.0.9:9000 UP",
                        "10.0.0.1:9000 DRAINING",
                        "10.0.0.1:9000 gone",
                        "10.0.0.1:9000 UP",
                        "10.0.0.9:9000 DRAINING",
                        "10.0.0.9:9000 gone",
                        "10.0.0.1:9000 gone",
                        "10.0.0.1:9000 UP",
                        "10.0.0.1:9000 DRAINING",
                        "10.0.0.1:9000 gone");
        assertThat(direct.entries("/" + root + "/")).isEmpty();
    }

    @Test
    void closingTakesAllOfThemAway() {
        TestClient client = client("go-zero,kratos&root.kratos=/" + root + "-k&layout.users=kratos");
        client.publish(ORDERS);
        client.publish(Instance.of("users", "h:1"));
        assertThat(direct.entries("/" + root)).hasSize(2);

        client.close();

        assertThat(direct.entries("/" + root)).isEmpty();
    }

    @Test
    void aCatalogueWithoutARootIsTheWholeStoresButForWhatHasAnotherForm() {
        TestClient client =
                register(TestClient.connect(etcd.uri() + "/?layout=go-zero", Duration.ofSeconds(10), PATIENCE));
        RecordedServices services = new RecordedServices();
        client.backend.watchServices(services);
        direct.put(root + ".rpc/7587861231285799684", "10.0.0.1:80");
        direct.put("/" + root + "/orders/1", "10.0.0.1:80");

        eventually().until(() -> services.names().contains(root + ".rpc"));
        assertThat(services.names()).noneMatch(name -> name.contains("orders") || name.isEmpty());
        client.publish(Instance.of(root + ".api", "10.0.0.2:80"));
        eventually().until(() -> services.names().contains(root + ".api"));
    }
}
