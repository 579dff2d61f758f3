package dev.rollcall.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.StoreUri;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each layout on a real server, beside nodes that a raw client makes as the other ecosystem does. */
class LayoutsOnServerTest extends RealServerTest {
    private static final Instance ORDERS = Instance.of("orders", "http://10.0.0.1:8080")
            .withId("one")
            .withWeight(3)
            .withMetadata("k", "v");

    LayoutsOnServerTest() {
        super(1);
    }

    static Set<String> names() {
        return new TreeSet<>(Layouts.NAMES);
    }

    @ParameterizedTest
    @MethodSource("names")
    void anInstanceIsWrittenUnderOurSessionSeenChangedAndRemoved(String name) {
        Client client = client(uri(name), Client.TTL);
        Layout layout = layout(name);
        RecordedInstances seen = client.watch("orders");
        Publication publication = client.publish(ORDERS);

        String node = layout.service("orders") + "/" + layout.node(ORDERS);
        assertThat(store.admin().stat(node).getEphemeralOwner()).isNotZero();
        assertThat(withoutTime(store.admin().data(node))).isEqualTo(withoutTime(layout.write(ORDERS, 0)));
        eventually().until(() -> seen.ids(), Set.of(layout.id(layout.node(ORDERS)))::equals);

        Instance changed = ORDERS.withWeight(5);
        Client.put(publication, changed);
        String now = layout.id(layout.node(changed));
        eventually()
                .until(() ->
                        seen.ids().equals(Set.of(now)) && seen.instance(now).weight() == 5);
        assertThat(seen.instance(now).metadata()).containsEntry("k", "v");
        assertThat(store.admin().children(layout.service("orders"))).containsExactly(layout.node(changed));
        if (layout.hasFixedNode()) {
            assertThat(seen.removals()).isEmpty();
        }

        Client.remove(publication);
        eventually().until(() -> seen.ids().isEmpty());
        assertThat(store.admin().children(layout.service("orders"))).isEmpty();
        assertThat(seen.undecodable()).isEmpty();
        assertThat(seen.history()).noneMatch(entry -> entry.startsWith("VIOLATION"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        kratos          | k-1                        | {"id":"k-1","name":"orders","endpoints":["grpc://h:1"]}
        go-micro        | m-1                        | {"name":"orders","nodes":[{"id":"m-1","address":"h:1"}]}
        discox          | h:1                        | {}
        serversets      | member_0000000007          | {"serviceEndpoint":{"host":"h","port":1},"status":"ALIVE"}
        dubbo-interface | tri%3A%2F%2Fh%3A1%2Forders | {}
        spring          | s-1                        | {"address":"h","port":1,"payload":{"@class":"x.Y"}}
        """)
    void aForeignNodeIsSeenAndGarbageBesideItIsReportedAndSkipped(String name, String node, String data) {
        Client client = client(uri(name), Client.TTL);
        Layout layout = layout(name);
        String parent = layout.service("orders");
        RecordedInstances seen = client.watch("orders");
        store.admin().write(parent + "/" + node, bytes(data), CreateMode.PERSISTENT);
        store.admin().write(parent + "/gar%bage", bytes("{"), CreateMode.PERSISTENT);

        eventually().until(() -> seen.ids().equals(Set.of(layout.id(node))));
        eventually().until(() -> seen.undecodable().size() == 1);
        assertThat(seen.instance(layout.id(node)).endpoint().authority()).isEqualTo("h:1");
        assertThat(seen.undecodable()).singleElement().asString().contains(parent + "/gar%bage");

        store.admin().delete(parent + "/" + node);
        eventually().until(() -> seen.ids().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "native,1",
        "spring,1",
        "dubbo,1",
        "dubbo-interface,0",
        "discox,1",
        "kratos,1",
        "go-micro,1",
        "serversets,0"
    })
    void whoLeavesSaysSoOrWhereThatCannotBeSaidIsNotThere(String name, int nodes) {
        Client client = client(uri(name), Client.TTL);
        Layout layout = layout(name);
        RecordedInstances seen = client.watch("orders");
        Publication publication = client.publish(ORDERS);
        Client.put(publication, ORDERS.withStatus(Status.DRAINING));

        assertThat(store.admin().children(layout.service("orders"))).hasSize(nodes);
        eventually()
                .until(() -> seen.ids().stream()
                        .map(id -> String.valueOf(seen.instance(id)))
                        .noneMatch(instance -> instance.contains("status=UP")));
        assertThat(seen.ids()).hasSize(nodes);

        Client.put(publication, ORDERS);
        assertThat(store.admin().children(layout.service("orders"))).containsExactly(layout.node(ORDERS));
    }

    @Test
    void severalLayoutsAreOneViewThatSaysWhereEachWasFound() {
        Client reader = client(store.uri() + "?layout=native,kratos,go-micro", Client.TTL);
        RecordedInstances seen = reader.watch("orders");
        Client kratos = client(uri("kratos"), Client.TTL);
        Client micro = client(uri("go-micro"), Client.TTL);

        reader.publish(Instance.of("orders", "http://h:1"));
        Publication second = kratos.publish(Instance.of("orders", "http://h:2"));
        micro.publish(Instance.of("orders", "http://h:3"));

        eventually().until(() -> seen.ids().equals(Set.of("h:1", "h:2", "h:3")));
        assertThat(seen.instance("h:1").metadata()).containsEntry("rollcall.layout", "native");
        assertThat(seen.instance("h:2").metadata()).containsEntry("rollcall.layout", "kratos");
        assertThat(seen.instance("h:3").metadata()).containsEntry("rollcall.layout", "go-micro");
        assertThat(store.admin().children(layout("native").service("orders"))).containsExactly("h:1");

        Client.remove(second);
        eventually().until(() -> seen.ids().equals(Set.of("h:1", "h:3")));
    }

    @Test
    void aServiceMayHaveALayoutOfItsOwn() {
        Client client = client(store.uri() + "?layout.orders=kratos", Client.TTL);
        client.publish(Instance.of("orders", "http://h:1"));
        client.publish(Instance.of("users", "http://h:2"));

        assertThat(store.admin().children(layout("kratos").service("orders"))).containsExactly("h:1");
        assertThat(store.admin().children(layout("native").service("users"))).containsExactly("h:2");
        RecordedServices services = new RecordedServices();
        client.backend().watchServices(services);
        eventually().until(() -> services.names().equals(Set.of("orders", "users")));
    }

    @Test
    void theCatalogueOfDubboHasInterfacesWithProvidersAlone() {
        Client client = client(uri("dubbo-interface"), Client.TTL);
        RecordedServices services = new RecordedServices();
        client.backend().watchServices(services);
        String root = layout("dubbo-interface").root();
        store.admin().write(root + "/com.x.Unused/consumers/c", bytes(""), CreateMode.PERSISTENT);
        store.admin().write(root + "/com.x.Used/configurators/c", bytes(""), CreateMode.PERSISTENT);
        store.admin().write(root + "/com.x.Used/providers/tri%3A%2F%2Fh%3A1", bytes(""), CreateMode.PERSISTENT);

        eventually().until(() -> services.names().equals(Set.of("com.x.Used")));
        store.admin().delete(root + "/com.x.Used/providers/tri%3A%2F%2Fh%3A1");
        eventually().until(() -> services.names().isEmpty());
    }

    @Test
    void vectorsWeighTheMembersOfAServerset() {
        Client client = client(uri("serversets"), Client.TTL);
        String parent = layout("serversets").service("orders");
        RecordedInstances seen = client.watch("orders");
        store.admin().write(parent + "/member_1", bytes(member(1, 0)), CreateMode.PERSISTENT);
        store.admin().write(parent + "/member_2", bytes(member(2, 1)), CreateMode.PERSISTENT);
        store.admin().write(parent + "/vector_1", bytes(vector("shard=0", "2.0")), CreateMode.PERSISTENT);
        eventually().until(() -> weights(seen), Map.of("member_1", 2, "member_2", 1)::equals);

        store.admin().write(parent + "/vector_2", bytes(vector("inet=h:2", "0.5")), CreateMode.PERSISTENT);
        eventually().until(() -> weights(seen), Map.of("member_1", 200, "member_2", 50)::equals);
        RecordedInstances another = client.watch("orders");
        eventually().until(() -> weights(another), Map.of("member_1", 200, "member_2", 50)::equals);

        store.admin().delete(parent + "/vector_1");
        eventually().until(() -> weights(seen), Map.of("member_1", 100, "member_2", 50)::equals);
        store.admin().write(parent + "/vector_2", bytes("{"), CreateMode.PERSISTENT);
        eventually().until(() -> weights(seen), Map.of("member_1", 1, "member_2", 1)::equals);
        assertThat(seen.undecodable()).hasSize(1);
        store.admin().delete(parent + "/member_1");
        eventually().until(() -> weights(seen), Map.of("member_2", 1)::equals);
    }

    private static String member(int port, int shard) {
        return "{\"serviceEndpoint\":{\"host\":\"h\",\"port\":%d},\"status\":\"ALIVE\",\"shard\":%d}"
                .formatted(port, shard);
    }

    private static String vector(String select, String weight) {
        return "{\"vector\":[{\"select\":\"%s\",\"weight\":%s,\"priority\":1}]}".formatted(select, weight);
    }

    private static Map<String, Integer> weights(RecordedInstances seen) {
        return seen.ids().stream().collect(Collectors.toMap(id -> id, id -> {
            Instance instance = seen.instance(id);
            return instance == null ? -1 : instance.weight();
        }));
    }

    private String uri(String layout) {
        return store.uri() + "?layout=" + layout + (layout.equals("serversets") ? "&root=/serversets" : "");
    }

    private Layout layout(String name) {
        return Ensemble.of(StoreUri.parse(uri(name))).layouts().first();
    }

    private static String withoutTime(byte[] data) {
        return new String(data, StandardCharsets.UTF_8).replaceFirst("\"registrationTimeUTC\":[0-9]+", "");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
