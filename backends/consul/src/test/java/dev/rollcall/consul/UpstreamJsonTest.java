package dev.rollcall.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Interner;
import dev.rollcall.tck.AnyInstance;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes of APISIX's upstreams, as data. */
class UpstreamJsonTest {
    private final UpstreamJson json = new UpstreamJson(new Interner());

    @Test
    void isWhatApisixReads() {
        Instance instance = Instance.of("orders", "http://10.0.0.5:8080")
                .withId("a")
                .withWeight(3)
                .withStatus(Status.DRAINING)
                .withZone("eu-1")
                .withVersion("1.4")
                .withMetadata("team", "a");

        assertThat(new String(json.write(instance), StandardCharsets.UTF_8))
                .isEqualTo("{\"weight\":3,\"max_fails\":2,\"fail_timeout\":1,\"check_status\":false,"
                        + "\"rollcall\":{\"id\":\"a\",\"endpoints\":\"http://10.0.0.5:8080\",\"status\":\"draining\","
                        + "\"zone\":\"eu-1\",\"version\":\"1.4\",\"metadata\":{\"team\":\"a\"}}}");
        assertThat(UpstreamJson.address(instance)).isEqualTo("10.0.0.5:8080");
    }

    @Test
    void aNodeOfOthersIsRead() {
        assertThat(read("{\"weight\": 120, \"max_fails\": 2, \"fail_timeout\": 1}"))
                .isEqualTo(Instance.of("web", "http://10.0.0.1:80")
                        .withWeight(120)
                        .withMetadata(Map.of("max_fails", "2", "fail_timeout", "1")));
        assertThat(read("{\"weight\":-5}").weight()).isZero();
        assertThat(read("{\"weight\":1e99}").weight()).isEqualTo(Instance.MAX_WEIGHT);
        assertThat(read("{\"check_status\":false}").status()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(read("{\"check_status\":\"false\"}").status()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(read("{\"check_status\":true}").status()).isEqualTo(Status.UP);
        assertThat(read("{\"check_status\":null,\"weight\":null,\"rollcall\":null}"))
                .isEqualTo(Instance.of("web", "http://10.0.0.1:80"));
    }

    @Test
    void anOperatorCanTakeOursOut() {
        String written = new String(json.write(Instance.of("web", "http://10.0.0.1:80")), StandardCharsets.UTF_8);

        assertThat(read(written.replace("\"max_fails\"", "\"check_status\":false,\"max_fails\""))
                        .status())
                .isEqualTo(Status.OUT_OF_SERVICE);
    }

    private Instance read(String value) {
        return json.read("web", "10.0.0.1:80", value.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{\"rollcall\":{\"status\":\"?\"}}",
                "{\"rollcall\":{\"endpoints\":\"\"}}",
                "{\"rollcall\":{\"id\":\"a/b\"}}"
            })
    void whatIsNoNodeIsRefused(String value) {
        assertThatThrownBy(() -> read(value)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 500)
    void anInstanceComesBack(@ForAll long seed) {
        Instance instance = AnyInstance.from(new Random(seed));

        assertThat(json.read(instance.service(), "10.0.0.1:80", json.write(instance)))
                .isEqualTo(instance);
    }

    @Property(tries = 2000)
    void anythingIsANodeOrRefused(@ForAll("values") String value) {
        try {
            assertThat(read(value).service()).isEqualTo("web");
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    @Provide
    Arbitrary<String> values() {
        Arbitrary<String> parts = Arbitraries.of(
                "{",
                "}",
                "[",
                "]",
                ",",
                ":",
                "1",
                "null",
                "true",
                "\"x\"",
                "\"weight\":",
                "\"check_status\":",
                "\"rollcall\":{",
                "\"metadata\":{",
                "\"id\":\"a\"",
                "\"endpoints\":\"http://a:1\"",
                "\"status\":\"up\"",
                "{\"rollcall\":{\"metadata\":{");
        return Arbitraries.oneOf(
                parts.list().ofMaxSize(12).map(list -> String.join("", list)),
                Arbitraries.strings().ofMaxLength(30));
    }
}
