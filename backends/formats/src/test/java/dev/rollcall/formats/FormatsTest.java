package dev.rollcall.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Interner;
import dev.rollcall.spi.Origin;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each format against what its ecosystem writes, byte for byte, and in the ways in which it may differ. */
class FormatsTest {
    private final Interner strings = new Interner();
    private final KratosFormat kratos = new KratosFormat(strings);
    private final GoMicroFormat goMicro = new GoMicroFormat(strings);
    private final KitexFormat kitex = new KitexFormat(strings);
    private final DiscoxFormat discox = new DiscoxFormat(strings);

    private static Instance read(InstanceFormat format, String id, String value) {
        return format.read("orders", id, value.getBytes(StandardCharsets.UTF_8));
    }

    private static String written(InstanceFormat format, Instance instance) {
        return new String(format.write(instance), StandardCharsets.UTF_8);
    }

    private static Instance full() {
        return new Instance(
                "orders",
                "a",
                List.of(Endpoint.parse("grpc://10.0.0.5:9000"), Endpoint.parse("http://10.0.0.5:8000")),
                3,
                Status.DRAINING,
                "eu-1",
                "v1",
                Map.of("team", "<a&b>", Origin.KEY, "native"));
    }

    private static Instance read() {
        return full().withMetadata(Map.of("team", "<a&b>"));
    }

    @Test
    void kratosAsItWrites() {
        String vector = "{\"id\":\"a\",\"name\":\"helloworld\",\"version\":\"v1\",\"metadata\":null,"
                + "\"endpoints\":[\"grpc://127.0.0.1:9000\",\"http://127.0.0.1:8000\"]}";
        Instance instance = Instance.of("helloworld", "grpc://127.0.0.1:9000", "http://127.0.0.1:8000")
                .withId("a")
                .withVersion("v1");

        assertThat(written(kratos, instance)).isEqualTo(vector);
        assertThat(kratos.read("helloworld", "a", vector.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(instance);
    }

    @Test
    void kratosWithAllThatItHasNoPlaceFor() {
        assertThat(written(kratos, full()))
                .isEqualTo(
                        "{\"id\":\"a\",\"name\":\"orders\",\"version\":\"v1\",\"metadata\":{\"rollcall.status\":\"draining\","
                                + "\"rollcall.weight\":\"weight\",\"rollcall.zone\":\"eu-1\",\"team\":\"\\u003ca\\u0026b\\u003e\",\"weight\":\"3\"},"
                                + "\"endpoints\":[\"grpc://10.0.0.5:9000\",\"http://10.0.0.5:8000\"]}");
        assertThat(read(kratos, "a", written(kratos, full()))).isEqualTo(read());
    }

    /** Go escapes these two and no others beyond ASCII, in names as in values. */
    @Test
    void charactersBeyondAsciiStandAsTheyAre() {
        assertThat(written(
                        kitex,
                        Instance.of("orders", "h:1")
                                .withWeight(2)
                                .withMetadata("\ud83d\ude00ü", "\u2028\ud83d\ude00\u007f")))
                .contains("\"tags\":{\"\ud83d\ude00ü\":\"\\u2028\ud83d\ude00\u007f\"}");
    }

    @Test
    void kratosWithAQueryBehindTheEndpointsAndOthersThatHaveNoPort() {
        Instance instance = read(
                kratos,
                "a",
                "{\"ID\":\"b\",\"Endpoints\":[\"unix:///tmp/x\",\"grpc://127.0.0.1:9000?isSecure=true\",7,"
                        + "\"HTTP://[::1]:8000/path?isSecure=false\"],\"metadata\":{\"weight\":\"20\"},\"other\":[{}]}");

        assertThat(instance.id()).isEqualTo("a");
        assertThat(instance.endpoints()).hasToString("[grpcs://127.0.0.1:9000, http://[::1]:8000]");
        assertThat(instance.weight()).isEqualTo(20);
        assertThat(instance.metadata()).isEqualTo(Map.of("weight", "20"));
    }

    @Test
    void goMicroAsItWrites() {
        Instance instance = read(
                goMicro,
                "greeter-uuid",
                "{\"name\":\"greeter\",\"version\":\"latest\",\"metadata\":null,\"endpoints\":[{\"request\":{\"name\":\"Request\","
                        + "\"type\":\"Request\",\"values\":null},\"response\":null,\"metadata\":{},\"name\":\"Say.Hello\"}],"
                        + "\"nodes\":[{\"metadata\":{\"protocol\":\"mucp\"},\"id\":\"greeter-uuid\",\"address\":\"10.0.0.1:4759\"}]}");

        assertThat(instance)
                .isEqualTo(Instance.of("orders", "10.0.0.1:4759")
                        .withId("greeter-uuid")
                        .withVersion("latest")
                        .withMetadata("protocol", "mucp"));
        assertThat(written(goMicro, instance))
                .isEqualTo(
                        "{\"name\":\"orders\",\"version\":\"latest\",\"metadata\":null,\"endpoints\":null,\"nodes\":[{"
                                + "\"metadata\":{\"protocol\":\"mucp\"},\"id\":\"greeter-uuid\",\"address\":\"10.0.0.1:4759\"}]}");
    }

    @Test
    void goMicroWithAllThatItHasNoPlaceFor() {
        assertThat(written(goMicro, full()))
                .isEqualTo(
                        "{\"name\":\"orders\",\"version\":\"v1\",\"metadata\":null,\"endpoints\":null,\"nodes\":[{\"metadata\":{"
                                + "\"rollcall.endpoints\":\"grpc://10.0.0.5:9000 http://10.0.0.5:8000\",\"rollcall.status\":\"draining\","
                                + "\"rollcall.weight\":\"3\",\"rollcall.zone\":\"eu-1\",\"team\":\"\\u003ca\\u0026b\\u003e\"},"
                                + "\"id\":\"a\",\"address\":\"10.0.0.5:9000\"}]}");
        assertThat(read(goMicro, "a", written(goMicro, full()))).isEqualTo(read());
    }

    @Test
    void goMicroWithSeveralNodesTakesTheOneOfTheKey() {
        String value =
                "{\"metadata\":{\"a\":\"service\",\"b\":\"service\"},\"nodes\":[{\"id\":\"x\",\"address\":\"h:1\"},null,"
                        + "{\"id\":\"y\",\"address\":\"h:2\",\"metadata\":{\"b\":\"node\",\"protocol\":\"grpc\"}},{\"id\":\"z\",\"address\":\"h:3\"}]}";

        assertThat(read(goMicro, "y", value).endpoint()).hasToString("grpc://h:2");
        assertThat(read(goMicro, "y", value).metadata())
                .isEqualTo(Map.of("a", "service", "b", "node", "protocol", "grpc"));
        assertThat(read(goMicro, "other", value).endpoint()).hasToString("tcp://h:1");
    }

    @Test
    void kitexAsItWrites() {
        String vector = "{\"network\":\"tcp\",\"address\":\"1.2.3.4:8888\",\"weight\":10,\"tags\":null}";
        Instance instance = Instance.of("orders", "1.2.3.4:8888").withWeight(10);

        assertThat(written(kitex, instance)).isEqualTo(vector);
        assertThat(read(kitex, "1.2.3.4:8888", vector)).isEqualTo(instance);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"weight\":0,", "\"weight\":-3,", "\"weight\":null,", ""})
    void kitexTakesNoWeightForTen(String weight) {
        assertThat(read(kitex, "h:1", "{\"network\":\"tcp\"," + weight + "\"address\":\"h:1\",\"tags\":null}")
                        .weight())
                .isEqualTo(10);
    }

    @Test
    void kitexHasNoWeightOfNothing() {
        assertThat(written(kitex, Instance.of("orders", "h:1").withWeight(0)))
                .isEqualTo(
                        "{\"network\":\"tcp\",\"address\":\"h:1\",\"weight\":1,\"tags\":{\"rollcall.weight\":\"0\"}}");
    }

    @Test
    void discoxAsItWrites() {
        Instance instance = read(discox, "127.0.0.1:8111", "{\"hostname\":\"xxx\",\"weight\":4}");

        assertThat(instance)
                .isEqualTo(Instance.of("orders", "127.0.0.1:8111")
                        .withWeight(4)
                        .withMetadata(Map.of("hostname", "xxx", "weight", "4")));
        assertThat(read(discox, "127.0.0.1:8111", "")).isEqualTo(Instance.of("orders", "127.0.0.1:8111"));
        assertThat(read(discox, "127.0.0.1:8111", "any [text").metadata()).isEqualTo(Map.of("attributes", "any [text"));
        assertThat(written(discox, Instance.of("orders", "127.0.0.1:8111"))).isEmpty();
        assertThat(written(discox, Instance.of("orders", "h:1").withWeight(3).withMetadata("hostname", "xxx")))
                .isEqualTo("{\"hostname\":\"xxx\",\"rollcall.weight\":\"weight\",\"weight\":3}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "7",
                "{",
                "{} {}",
                "10.0.0.1:80",
                "{\"endpoints\":null}",
                "{\"endpoints\":[\"tcp://h\"]}",
                "{\"nodes\":[]}",
                "{\"nodes\":[{\"address\":\"\"}]}",
                "{\"address\":7}",
                "{\"address\":\"/tmp/socket\",\"network\":\"unix\"}",
                "{\"endpoints\":[\"tcp://h:1\"],\"metadata\":{\"rollcall.status\":\"ill\"},\"weight\":1e99,\"address\":\"h:1\",\"nodes\":[7]}"
            })
    void whatIsNoInstanceIsRefusedWithAReason(String value) {
        for (InstanceFormat format : List.of(kratos, goMicro, kitex)) {
            assertThatThrownBy(() -> read(format, "a", value))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("[^\\n]+");
        }
    }
}
