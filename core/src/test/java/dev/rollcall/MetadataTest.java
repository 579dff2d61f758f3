package dev.rollcall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class MetadataTest {

    @Property(tries = 300)
    void isTheMapThatItWasMadeOf(@ForAll @Size(max = 12) Map<String, String> map, @ForAll String other) {
        Metadata metadata = Metadata.copyOf(map);

        assertThat(metadata).isEqualTo(map).hasSameHashCodeAs(map).hasSize(map.size());
        assertThat(map).isEqualTo(metadata);
        assertThat(metadata.keySet()).containsExactlyElementsOf(new TreeMap<>(map).keySet());
        map.forEach((key, value) -> assertThat(metadata.get(key)).isEqualTo(value));
        assertThat(metadata.containsKey(other)).isEqualTo(map.containsKey(other));
        assertThat(metadata.get(other)).isEqualTo(map.get(other));
        assertThat(Metadata.copyOf(new TreeMap<>(map))).isEqualTo(metadata);
    }

    @Property(tries = 50)
    void cannotBeChanged(@ForAll @Size(min = 1, max = 3) Map<String, String> map) {
        Metadata metadata = Metadata.copyOf(map);

        assertThatThrownBy(() -> metadata.put("key", "value")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(metadata::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> metadata.entrySet().iterator().next().setValue("value"))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(Metadata.copyOf(metadata)).isSameAs(metadata);
        assertThatThrownBy(() -> Metadata.copyOf(Collections.singletonMap("key", null)))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("key");
    }
}
