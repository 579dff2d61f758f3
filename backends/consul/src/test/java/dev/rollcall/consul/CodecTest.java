package dev.rollcall.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Interner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is written into Consul, and read from it, as data. */
class CodecTest {
    private static final HealthRules RULES = new HealthRules(true, false);

    private final RegistrationJson writer =
            new RegistrationJson(new NativeLayout(), "", Duration.ofSeconds(10), Optional.empty());
    private final InstanceReader reader =
            new InstanceReader(new Interner(), RULES, CatalogLayouts.of(List.of("native")));

    @Test
    void anInstanceIsWrittenAsANativeService() {
        Instance instance = new Instance(
                "orders",
                "10.0.0.5:8080",
                List.of(new Endpoint("http", "10.0.0.5", 8080), new Endpoint("grpc", "10.0.0.5", 9090)),
                3,
                Status.DRAINING,
                "eu-1",
                "1.4",
                Map.of("team", "a", "tags", "blue,fast"));

        assertThat(new String(writer.write(instance, "rollcall:x-1", 7), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"ID\":\"orders~10.0.0.5:8080\",\"Name\":\"orders\",\"Address\":\"10.0.0.5\",\"Port\":8080,"
                                + "\"Tags\":[\"blue\",\"fast\"],\"TaggedAddresses\":{"
                                + "\"http\":{\"Address\":\"http://10.0.0.5:8080\",\"Port\":8080},"
                                + "\"grpc\":{\"Address\":\"grpc://10.0.0.5:9090\",\"Port\":9090}},"
                                + "\"Weights\":{\"Passing\":3,\"Warning\":3},\"Meta\":{\"rollcall-check\":\"rollcall:x-1\","
                                + "\"rollcall-id\":\"10.0.0.5:8080\","
                                + "\"rollcall-endpoints\":\"http://10.0.0.5:8080 grpc://10.0.0.5:9090\","
                                + "\"rollcall-status\":\"draining\",\"zone\":\"eu-1\",\"version\":\"1.4\",\"team\":\"a\"},"
                                + "\"Checks\":[{\"CheckID\":\"rollcall:x-1\",\"Name\":\"Rollcall heartbeat\",\"Notes\":\"7\","
                                + "\"TTL\":\"10000ms\",\"Status\":\"warning\",\"DeregisterCriticalServiceAfter\":\"60000ms\"}]}");
    }

    @Test
    void theWeightThatConsulDoesNotHaveIsKeptInTheMeta() {
        String written = new String(
                writer.write(Instance.of("orders", "http://a:1").withWeight(0), "c", 1), StandardCharsets.UTF_8);

        assertThat(written).contains("\"Weights\":{\"Passing\":1,\"Warning\":1}", "\"rollcall-weight\":\"0\"");
    }

    @Test
    void whatDoesNotFitIntoTheMetaIsRefusedByName() {
        Map<String, String> metadata = new HashMap<>();
        for (int i = 0; i < 64; i++) {
            metadata.put("key" + i, "x".repeat(600));
        }
        Instance instance = Instance.of("orders", "http://a:1").withMetadata(metadata);

        assertThatThrownBy(() -> writer.write(instance, "c", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Consul's Meta (expected: up to 64 of up to 512 bytes)");
    }

    @Test
    void serviceIdsNeverCollide() {
        assertThat(List.of(
                        ServiceId.of("a-b", "c"),
                        ServiceId.of("a", "b-c"),
                        ServiceId.of("A", "b-c"),
                        ServiceId.of("a~b", "c"),
                        ServiceId.of("a", "b~c"),
                        ServiceId.of("a%7eb", "c")))
                .doesNotHaveDuplicates()
                .contains("a-b~c", "a~b-c", "%41~b-c", "a%7eb~c");
    }

    @Test
    void aForeignServiceIsReadWithNodeTagsWeightsAndMeta() throws IOException {
        Instance instance =
                foreign("\"Tags\":[\"blue\"],\"Meta\":{\"zone\":\"z\",\"version\":\"2\",\"k\":\"v\"},", "passing");

        assertThat(instance)
                .isEqualTo(new Instance(
                        "web",
                        "web@n1",
                        List.of(new Endpoint("tcp", "10.0.0.9", 80)),
                        5,
                        Status.UP,
                        "z",
                        "2",
                        Map.of("k", "v", "tags", "blue")));
    }

    @Test
    void kratosUrlsAreEndpoints() throws IOException {
        Instance instance = foreign(
                "\"TaggedAddresses\":{\"grpc\":{\"Address\":\"grpc://127.0.0.1:9000?isSecure=false\",\"Port\":9000},"
                        + "\"lan_ipv4\":{\"Address\":\"127.0.0.1\",\"Port\":80}},",
                "passing");

        assertThat(instance.endpoints()).containsExactly(new Endpoint("grpc", "127.0.0.1", 9000));
    }

    @Test
    void aCriticalForeignServiceIsVisibleButOutOfServiceAndAWarningOneServes() throws IOException {
        assertThat(foreign("", "critical").status()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(foreign("", "warning").status()).isEqualTo(Status.UP);
        assertThat(foreign("", "warning").weight()).isEqualTo(2);
    }

    private Instance foreign(String fields, String status) throws IOException {
        String answer =
                "[{\"Node\":{\"Node\":\"n1\",\"Address\":\"10.0.0.9\"},\"Service\":{\"ID\":\"web\",\"Service\":\"web\","
                        + "\"Address\":\"\"," + fields
                        + "\"Port\":80,\"Weights\":{\"Passing\":5,\"Warning\":2},\"ModifyIndex\":9},"
                        + "\"Checks\":[{\"Node\":\"n1\",\"CheckID\":\"serfHealth\",\"Status\":\"passing\"},"
                        + "{\"CheckID\":\"service:web\",\"Status\":\"" + status + "\",\"Definition\":{}}]}]";
        return reader.read(
                CatalogReader.healthOfService(answer.getBytes(StandardCharsets.UTF_8))
                        .get(0),
                "web");
    }
}
