package dev.rollcall.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rollcall.config.ConfigEntry;
import dev.rollcall.config.Decoder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JacksonDecoderTest {
    private static final Decoder<Limits> JSON = JacksonDecoder.json(Limits.class);
    private static final Decoder<Limits> YAML = JacksonDecoder.yaml(Limits.class);

    enum Mode {
        STRICT,
        LENIENT
    }

    record Limits(int perSecond, String name, List<Integer> retries, Mode mode) {
        Limits {
            retries = retries == null ? List.of() : List.copyOf(retries);
            if (perSecond < 0) {
                throw new IllegalArgumentException("perSecond: " + perSecond + " (expected: 0 or more)");
            }
        }
    }

    @Test
    void recordsAreMadeFromBoth() {
        Limits expected = new Limits(100, "orders", List.of(1, 2), Mode.STRICT);

        assertThat(JSON.decode("{\"perSecond\":100,\"name\":\"orders\",\"retries\":[1,2],\"mode\":\"STRICT\"}\n"))
                .isEqualTo(expected);
        assertThat(YAML.decode("# limits\nperSecond: 100\nname: orders\nretries: [1, 2]\nmode: STRICT\n"))
                .isEqualTo(expected);
    }

    @Test
    void whatIsMissingIsTheConstructorsToFillIn() {
        assertThat(JSON.decode("{\"perSecond\":1,\"name\":\"a\"}").retries()).isEmpty();
    }

    @Test
    void typesMayHaveParameters() {
        assertThat(JacksonDecoder.json(new TypeReference<Map<String, List<Integer>>>() {})
                        .decode("{\"a\":[1]}"))
                .isEqualTo(Map.of("a", List.of(1)));
        assertThat(JacksonDecoder.yaml(new TypeReference<List<String>>() {}).decode("- a\n- b\n"))
                .containsExactly("a", "b");
    }

    @Test
    void aMapperOfOnesOwnDecidesByItself() {
        Decoder<Limits> lenient = JacksonDecoder.of(
                new ObjectMapper()
                        .configure(
                                com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                                false),
                Limits.class);

        assertThat(lenient.decode("{\"perSecond\":1,\"new\":2}").perSecond()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"perSecond\":1,\"perMinute\":2} | perMinute",
                "{\"perSecond\":1,\"perSecond\":2} | Duplicate field 'perSecond'",
                "{\"perSecond\":\"1\"}             | perSecond",
                "{\"perSecond\":1.5}               | perSecond",
                "{\"perSecond\":null}              | perSecond",
                "{\"name\":\"a\"}                  | perSecond",
                "{\"perSecond\":1,\"mode\":0}      | mode",
                "{\"perSecond\":1} {}              | Trailing token",
                "{\"perSecond\":-1}                | perSecond: -1 (expected: 0 or more)",
                "{\"perSecond\":1                  | line 1, column",
                "null                              | empty, or null",
                "[]                                | Limits",
            })
    void jsonThatIsNotQuiteRightIsRefused(String text, String expected) {
        assertThatThrownBy(() -> JSON.decode(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "perSecond: 1\nperMinute: 2",
                "perSecond: 1\nperSecond: 2",
                "perSecond: '1'",
                "perSecond: many",
                "perSecond: 1\n---\nperSecond: 2",
                "perSecond: 1\n  name: a",
                "perSecond: [",
                "",
                "# nothing"
            })
    void yamlThatIsNotQuiteRightIsRefused(String text) {
        assertThatThrownBy(() -> YAML.decode(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void depthAndSizeAreBounded() {
        String deep = "[".repeat(100_000);
        String long1 = "{\"name\":\"" + "x".repeat(ConfigEntry.MAX_TEXT_BYTES) + "\"}";
        String number = "1".repeat(1_000);
        for (String text : List.of(deep, long1, number)) {
            assertThatThrownBy(() -> JacksonDecoder.json(Object.class).decode(text))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> JacksonDecoder.yaml(Object.class).decode(text))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theTextNamesNoTypes() {
        assertThat(JacksonDecoder.json(Object.class).decode("[\"java.net.URL\",\"http://x\"]"))
                .isEqualTo(List.of("java.net.URL", "http://x"));
        assertThat(JacksonDecoder.yaml(Object.class).decode("!!java.net.URL [\"http://x\"]"))
                .isEqualTo(List.of("http://x"));
    }

    @Test
    void aliasesThatGrowExponentiallyAreNotExpanded() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            String alias = "*a" + (i - 1);
            bomb.append("a" + i + ": &a" + i + " [" + String.join(", ", java.util.Collections.nCopies(10, alias)))
                    .append("]\n");
        }
        Object decoded;
        try {
            decoded = JacksonDecoder.yaml(Object.class).decode(bomb.toString());
        } catch (IllegalArgumentException refused) {
            return;
        }
        assertThat(decoded.toString().length()).isLessThan(10_000);
    }
}
