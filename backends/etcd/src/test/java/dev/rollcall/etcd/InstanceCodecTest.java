package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Interner;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceCodecTest {
    private final InstanceReader reader = new InstanceReader(new Interner());

    private Instance read(String value) {
        return reader.read("orders", "a", ByteString.copyFromUtf8(value));
    }

    private static String written(Instance instance) {
        return InstanceWriter.write(instance).toStringUtf8();
    }

    @Test
    void writesWhatEtcdsOwnNamingWritesForAPlainInstance() {
        assertThat(written(Instance.of("orders", "127.0.0.1:5001")))
                .isEqualTo("{\"Op\":0,\"Addr\":\"127.0.0.1:5001\",\"Metadata\":null,\"Rollcall\":{}}");
    }

    @Test
    void writesEverythingElseBesideIt() {
        Instance instance = new Instance(
                "orders",
                "a",
                List.of(Endpoint.parse("http://[2001:db8::1]:8080"), Endpoint.parse("grpc://10.0.0.5:9090")),
                3,
                Status.OUT_OF_SERVICE,
                "eu-1",
                "1.4",
                Map.of("team", "<a&b>", "größe", "ü"));

        assertThat(written(instance))
                .isEqualTo(
                        "{\"Op\":0,\"Addr\":\"[2001:db8::1]:8080\",\"Metadata\":{\"größe\":\"ü\",\"team\":\"<a&b>\"},"
                                + "\"Rollcall\":{\"endpoints\":[\"http://[2001:db8::1]:8080\",\"grpc://10.0.0.5:9090\"],"
                                + "\"weight\":3,\"status\":\"out_of_service\",\"zone\":\"eu-1\",\"version\":\"1.4\"}}");
        assertThat(read(written(instance))).isEqualTo(instance);
    }

    @Test
    void readsBackWhatItWrites() {
        Random random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            Instance instance = random(random);
            assertThat(reader.read(instance.service(), instance.id(), InstanceWriter.write(instance)))
                    .isEqualTo(instance);
        }
    }

    private static Instance random(Random random) {
        String[] schemes = {"tcp", "http", "https", "grpc"};
        List<Status> statuses = List.of(Status.values());
        String[] texts = {
            "", "a", "\"quoted\"", "line\nbreak", "ünïcödé", "\u2028", "{\"json\":[1]}", "pair \ud83d\ude00"
        };
        Instance instance = Instance.of("orders", schemes[random.nextInt(4)] + "://host-" + random.nextInt(9) + ":80")
                .withId("id-" + random.nextInt())
                .withWeight(random.nextInt(3) * random.nextInt(1000))
                .withStatus(statuses.get(random.nextInt(3)))
                .withZone(random.nextBoolean() ? "" : "zone ü")
                .withVersion(random.nextBoolean() ? "" : "1.0-β");
        for (int entries = random.nextInt(4); entries > 0; entries--) {
            instance = instance.withMetadata("k" + entries + texts[random.nextInt(8)], texts[random.nextInt(8)]);
        }
        return instance;
    }

    @Test
    void readsWhatGoWrites() {
        Instance instance = read(
                "{\"Op\":0,\"Addr\":\"127.0.0.1:5001\",\"Metadata\":{\"weight\":7,\"note\":\"\\u003cb\\u003e \\u0026\"}}");

        assertThat(instance.endpoint()).isEqualTo(new Endpoint("tcp", "127.0.0.1", 5001));
        assertThat(instance.weight()).isEqualTo(7);
        assertThat(instance.metadata()).isEqualTo(Map.of("weight", "7", "note", "<b> &"));
        assertThat(instance.status()).isEqualTo(Status.UP);
    }

    @Test
    void readsFieldNamesInAnyCaseAsGoDoes() {
        assertThat(read("{\"addr\":\"10.0.0.1:80\",\"METADATA\":{\"Weight\":\"12\"},\"oP\":0}")
                        .weight())
                .isEqualTo(12);
    }

    @Test
    void readsMetadataOfAnyType() {
        assertThat(read("{\"Addr\":\"h:1\",\"Metadata\":null}").metadata()).isEmpty();
        assertThat(read("{\"Addr\":\"h:1\"}").metadata()).isEmpty();
        assertThat(read("{\"Addr\":\"h:1\",\"Metadata\":\"blue\"}").metadata()).isEqualTo(Map.of("metadata", "blue"));
        assertThat(read("{\"Addr\":\"h:1\",\"Metadata\":[1,{\"a\":null}]}").metadata())
                .isEqualTo(Map.of("metadata", "[1,{\"a\":null}]"));
        assertThat(read("{\"Addr\":\"h:1\",\"Metadata\":{\"a\":1.50,\"b\":true,\"c\":null,\"d\":{\"e\":[1]}}}")
                        .metadata())
                .isEqualTo(Map.of("a", "1.50", "b", "true", "d", "{\"e\":[1]}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"7\"", "7", "7.2", "7e0"})
    void readsAForeignWeightHoweverItIsWritten(String weight) {
        assertThat(read("{\"Addr\":\"h:1\",\"Metadata\":{\"weight\":" + weight + "}}")
                        .weight())
                .isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"heavy\"", "{}", "null", "\"NaN\""})
    void takesAForeignWeightThatIsNoneForOne(String weight) {
        assertThat(read("{\"Addr\":\"h:1\",\"Metadata\":{\"weight\":" + weight + "}}")
                        .weight())
                .isEqualTo(1);
    }

    @Test
    void keepsAForeignWeightWithinItsLimits() {
        assertThat(read("{\"Addr\":\"h:1\",\"Metadata\":{\"weight\":-3}}").weight())
                .isZero();
        assertThat(read("{\"Addr\":\"h:1\",\"Metadata\":{\"weight\":1e300}}").weight())
                .isEqualTo(Instance.MAX_WEIGHT);
    }

    @Test
    void doesNotTakeAUsersMetadataForItsWeight() {
        Instance instance = Instance.of("orders", "h:1").withId("a").withMetadata("weight", "99");

        assertThat(read(written(instance))).isEqualTo(instance);
    }

    @Test
    void sharesStringsThatRepeat() {
        String value = "{\"Addr\":\"h:1\",\"Metadata\":{\"team\":\"blue\"},\"Rollcall\":{\"zone\":\"eu-1\"}}";

        assertThat(read(value).zone()).isSameAs(read(value).zone());
        assertThat(read(value).metadata().get("team"))
                .isSameAs(read(value).metadata().get("team"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "127.0.0.1:5001",
                "null",
                "[]",
                "\"h:1\"",
                "{\"Addr\":\"h:1\"",
                "{\"Addr\":\"h:1\"} {}",
                "{\"Op\":1,\"Addr\":\"h:1\"}",
                "{\"Op\":\"0\",\"Addr\":\"h:1\"}",
                "{\"Op\":99999999999999999999,\"Addr\":\"h:1\"}",
                "{\"Metadata\":{}}",
                "{\"Addr\":null}",
                "{\"Addr\":7}",
                "{\"Addr\":\"no port\"}",
                "{\"Addr\":\"h:99999\"}",
                "{\"Addr\":\"h:1\",\"Rollcall\":{\"weight\":\"heavy\"}}",
                "{\"Addr\":\"h:1\",\"Rollcall\":{\"weight\":-1}}",
                "{\"Addr\":\"h:1\",\"Rollcall\":{\"weight\":99999999999}}",
                "{\"Addr\":\"h:1\",\"Rollcall\":{\"status\":\"asleep\"}}",
                "{\"Addr\":\"h:1\",\"Rollcall\":{\"endpoints\":[1]}}",
                "{\"Addr\":\"h:1\",\"Rollcall\":{\"zone\":\"a\\nb\"}}",
                "{\"name\":\"greeter\",\"version\":\"latest\",\"nodes\":[]}",
            })
    void refusesWhatIsNotAnInstanceAndSaysWhy(String value) {
        assertThatThrownBy(() -> read(value))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .isNotBlank()
                .hasSizeLessThan(500);
    }

    @Test
    void refusesWhatIsTooLargeOrTooDeepBeforeUnderstandingIt() {
        assertThatThrownBy(() -> read("[".repeat(100_000))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read("{\"a\":".repeat(100) + "1" + "}".repeat(100)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read(" ".repeat(InstanceReader.MAX_VALUE_BYTES + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bytes");
    }

    @Test
    void survivesGarbage() {
        Random random = new Random(11);
        byte[] good = InstanceWriter.write(random(random)).toByteArray();
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                reader.read("orders", "a", ByteString.copyFrom(bytes, 0, 1 + random.nextInt(bytes.length)));
            } catch (IllegalArgumentException expected) {
                assertThat(expected).hasMessageMatching("(?s).+");
            }
        }
    }
}
