package dev.rollcall.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Interner;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceCodecTest {
    private static final long REGISTERED_AT = 1_700_000_000_000L;
    private static final Instance FULL = new Instance(
            "orders",
            "a-1",
            List.of(
                    new Endpoint("grpc", "10.0.0.1", 9000),
                    new Endpoint("https", "2001:db8::1", 8443),
                    new Endpoint("tcp", "host", 0)),
            7,
            Status.DRAINING,
            "zone a",
            "1.2-β",
            Map.of("key", "<\"välue\"> & \n", "empty", ""));

    private final InstanceWriter writer = new InstanceWriter(Payload.NONE);
    private final InstanceReader reader = new InstanceReader(new Interner());

    @Test
    void writesCuratorsFieldsAsCuratorDoes() {
        Instance instance = Instance.of("app", "http://host1:8080").withId("9f0e");

        assertThat(text(writer.write(instance, REGISTERED_AT)))
                .isEqualTo("{\"name\":\"app\",\"id\":\"9f0e\",\"address\":\"host1\",\"port\":8080,\"sslPort\":null,"
                        + "\"payload\":null,\"registrationTimeUTC\":1700000000000,\"serviceType\":\"DYNAMIC\","
                        + "\"uriSpec\":{\"parts\":[{\"value\":\"scheme\",\"variable\":true},"
                        + "{\"value\":\"://\",\"variable\":false},{\"value\":\"address\",\"variable\":true},"
                        + "{\"value\":\":\",\"variable\":false},{\"value\":\"port\",\"variable\":true}]},"
                        + "\"rollcall\":{\"endpoints\":[\"http://host1:8080\"],\"weight\":1}}");
    }

    @Test
    void readsWhatItWrites() throws Exception {
        assertThat(reader.read("orders", "a-1", writer.write(FULL, REGISTERED_AT)))
                .isEqualTo(FULL);
    }

    @Test
    void readsWhatItWritesOfRandomInstances() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            Instance instance = Instance.of("orders", "http://10.0.0.1:" + random.nextInt(65_536))
                    .withWeight(random.nextInt(Instance.MAX_WEIGHT + 1))
                    .withStatus(random.nextBoolean() ? Status.UP : Status.OUT_OF_SERVICE)
                    .withMetadata(text(random), text(random))
                    .withMetadata(text(random), text(random));
            assertThat(reader.read("orders", instance.id(), writer.write(instance, REGISTERED_AT)))
                    .as("seed %d", seed)
                    .isEqualTo(instance);
        }
    }

    @Test
    void readsSpringsInstances() throws Exception {
        String spring = "{\"name\":\"app\",\"id\":\"9f0e\",\"address\":\"host1\",\"port\":8080,\"sslPort\":null,"
                + "\"payload\":{\"@class\":\"org.springframework.cloud.zookeeper.discovery.ZookeeperInstance\","
                + "\"id\":\"application-1\",\"name\":\"app\",\"metadata\":{\"instance_status\":\"UP\",\"zone\":\"z1\","
                + "\"weight\":\"5\"}},\"registrationTimeUTC\":1700000000000,\"serviceType\":\"DYNAMIC\","
                + "\"uriSpec\":{\"parts\":[{\"value\":\"scheme\",\"variable\":true},"
                + "{\"value\":\"://\",\"variable\":false},{\"value\":\"address\",\"variable\":true},"
                + "{\"value\":\":\",\"variable\":false},{\"value\":\"port\",\"variable\":true}]}}";

        assertThat(read(spring))
                .isEqualTo(new Instance(
                        "app",
                        "9f0e",
                        List.of(new Endpoint("http", "host1", 8080)),
                        5,
                        Status.UP,
                        "z1",
                        "",
                        Map.of("instance_status", "UP", "zone", "z1", "weight", "5")));
        assertThat(read(spring.replace("\"instance_status\":\"UP\"", "\"instance_status\":\"OUT_OF_SERVICE\""))
                        .status())
                .isEqualTo(Status.OUT_OF_SERVICE);
    }

    @Test
    void readsDubbosApplicationLevelInstances() throws Exception {
        String dubbo = "{\"name\":\"app\",\"id\":\"10.0.0.1:20880\",\"address\":\"10.0.0.1\",\"port\":20880,"
                + "\"sslPort\":null,\"payload\":{\"@class\":\"org.apache.dubbo.registry.zookeeper.ZookeeperInstance\","
                + "\"id\":\"10.0.0.1:20880\",\"name\":\"app\",\"metadata\":{"
                + "\"dubbo.endpoints\":\"[{\\\"port\\\":20880,\\\"protocol\\\":\\\"dubbo\\\"}]\","
                + "\"dubbo.metadata.revision\":\"abc\",\"dubbo.metadata.storage-type\":\"local\"}},"
                + "\"registrationTimeUTC\":1700000000000,\"serviceType\":\"DYNAMIC\",\"uriSpec\":null}";

        Instance instance = read(dubbo);

        assertThat(instance.endpoints()).containsExactly(new Endpoint("dubbo", "10.0.0.1", 20_880));
        assertThat(instance.metadata()).containsEntry("dubbo.endpoints", "[{\"port\":20880,\"protocol\":\"dubbo\"}]");
    }

    @Test
    void aSecurePortIsAnHttpsEndpoint() throws Exception {
        assertThat(read("{\"address\":\"h\",\"port\":80,\"sslPort\":443}").endpoints())
                .containsExactly(new Endpoint("tcp", "h", 80), new Endpoint("https", "h", 443));
        assertThat(read("{\"address\":\"h\",\"port\":null,\"sslPort\":443}").endpoints())
                .containsExactly(new Endpoint("https", "h", 443));
        assertThat(read("{\"address\":\"h\",\"port\":443,\"sslPort\":443}").endpoints())
                .containsExactly(new Endpoint("https", "h", 443));
    }

    @Test
    void aSchemeThatTheUriSpecSpellsOutIsTheEndpoints() throws Exception {
        assertThat(
                        read("{\"address\":\"h\",\"port\":80,\"uriSpec\":{\"parts\":[{\"value\":\"grpc\",\"variable\":false}]}}")
                                .endpoint())
                .isEqualTo(new Endpoint("grpc", "h", 80));
        assertThat(
                        read("{\"address\":\"h\",\"port\":80,\"uriSpec\":{\"parts\":[{\"value\":\"http://\"},{\"value\":\"x\"}]}}")
                                .endpoint())
                .isEqualTo(new Endpoint("http", "h", 80));
    }

    @Test
    void aDisabledInstanceIsOutOfService() throws Exception {
        assertThat(read("{\"address\":\"h\",\"port\":1,\"enabled\":false}").status())
                .isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(read("{\"address\":\"h\",\"port\":1,\"enabled\":true}").status())
                .isEqualTo(Status.UP);
    }

    @Test
    void aPayloadsClassIsNeverLoadedAndItsScalarsAreMetadata() throws Exception {
        assertThat(read("{\"address\":\"h\",\"port\":1,\"payload\":{\"@class\":\"com.evil.Gadget\",\"n\":1,\"b\":true,"
                                + "\"s\":\"t\",\"nothing\":null,\"deep\":{\"@class\":\"com.evil.Other\",\"x\":[1,2]}}}")
                        .metadata())
                .containsExactlyInAnyOrderEntriesOf(Map.of("n", "1", "b", "true", "s", "t"));
        assertThat(read("{\"address\":\"h\",\"port\":1,\"payload\":\"bare\"}").metadata())
                .isEmpty();
        assertThat(read("{\"address\":\"h\",\"port\":1,\"payload\":[\"com.evil.Gadget\",{}]}")
                        .metadata())
                .isEmpty();
    }

    @Test
    void unknownFieldsAndUnexpectedTypesCountAsAbsent() throws Exception {
        assertThat(
                        read(
                                "{\"later\":{\"a\":[{}]},\"address\":\"h\",\"port\":\"80\",\"uriSpec\":7,\"payload\":3,"
                                        + "\"rollcall\":{\"endpoints\":\"no\",\"weight\":1e9,\"status\":4,\"zone\":[],\"metadata\":0,\"new\":{}}}"))
                .isEqualTo(Instance.of("app", "tcp://h:0").withId("9f0e"));
    }

    @Test
    void anUnknownStatusOfALaterVersionGetsNoTraffic() throws Exception {
        assertThat(read("{\"address\":\"h\",\"rollcall\":{\"endpoints\":[\"tcp://h:1\"],\"status\":\"SLEEPING\"}}")
                        .status())
                .isEqualTo(Status.OUT_OF_SERVICE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.1:80",
                "[]",
                "null",
                "{",
                "{}",
                "{\"address\":\"h\"} x",
                "{\"address\":\"h\"}{}",
                "{\"address\":\"\"}",
                "{\"address\":\"a b\",\"port\":1}",
                "{\"address\":\"h\",\"port\":70000}",
                "{\"address\":\"h\",\"rollcall\":{\"endpoints\":[\"::\"]}}",
                "{\"address\":\"h\",\"rollcall\":{\"endpoints\":[\"tcp://h:1\"],\"weight\":-1}}",
                "\u0000\u0001",
            })
    void garbageIsRefusedWithAReason(String garbage) {
        assertThatThrownBy(() -> read(garbage))
                .isInstanceOf(InstanceReader.MalformedException.class)
                .message()
                .isNotBlank()
                .doesNotContain("\n");
    }

    @Test
    void whatIsTooLargeOrTooDeepIsRefusedUnparsed() {
        assertThatThrownBy(() -> reader.read("app", "9f0e", new byte[Json.MAX_BYTES + 1]))
                .isInstanceOf(InstanceReader.MalformedException.class)
                .hasMessageContaining("bytes");
        assertThatThrownBy(() -> read("{\"later\":" + "[".repeat(100_000)))
                .isInstanceOf(InstanceReader.MalformedException.class);
        assertThatThrownBy(() -> read("{\"later\":\"" + "x".repeat(900_000) + "\"}"))
                .isInstanceOf(InstanceReader.MalformedException.class);
    }

    @Test
    void randomBytesAreRefusedAndNothingElse() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        byte[] valid = writer.write(FULL, REGISTERED_AT);
        for (int i = 0; i < 20_000; i++) {
            byte[] mutated = valid.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(reader.read("orders", "a-1", mutated))
                        .as("seed %d", seed)
                        .isNotNull();
            } catch (InstanceReader.MalformedException expected) {
                assertThat(expected.getMessage()).as("seed %d", seed).isNotBlank();
            }
        }
    }

    private Instance read(String json) throws InstanceReader.MalformedException {
        return reader.read("app", "9f0e", json.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String text(Random random) {
        return random.ints(1 + random.nextInt(20), 0, 0xd800)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
