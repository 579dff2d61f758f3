package dev.rollcall.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.SortedMap;
import org.junit.jupiter.api.Test;

class DecoderTest {
    @Test
    void propertiesAreSortedAndImmutable() {
        SortedMap<String, String> properties =
                Decoder.properties().decode("# limits\nb = 2\\\n    3\na: \\u00fc\na.empty\n");

        assertThat(properties).containsExactly(entry("a", "ü"), entry("a.empty", ""), entry("b", "23"));
        assertThatThrownBy(() -> properties.put("c", "")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> Decoder.properties().decode("a=\\u00zz")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aConditionIsCheckedOnWhatWasMapped() {
        Decoder<Integer> even =
                Decoder.text().map(Integer::valueOf).checked(number -> number % 2 == 0, "an even number");

        assertThat(even.decode("4")).isEqualTo(4);
        assertThatThrownBy(() -> even.decode("3"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: an even number");
        assertThatThrownBy(() -> even.decode("three")).isInstanceOf(NumberFormatException.class);
    }
}
