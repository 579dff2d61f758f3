package dev.rollcall.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.StoreUri;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What other ecosystems write, and what Rollcall writes for them, byte by byte: see the tables among this test's resources. */
class LayoutVectorsTest {

    static Stream<List<String>> layouts() throws IOException {
        return rows("layouts.tsv", 8);
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void readsWhatOthersWrite(List<String> row) throws Exception {
        Layout layout = layout(row.get(0));

        Instance read = layout.read("app", row.get(1), bytes(row.get(2)));

        assertThat(read.service()).isEqualTo("app");
        assertThat(read.id()).isEqualTo(layout.id(row.get(1)));
        assertThat(read.endpoints().stream().map(Endpoint::toString))
                .containsExactly(row.get(3).split(" "));
        assertThat(read.weight()).isEqualTo(Integer.parseInt(row.get(4)));
        assertThat(read.status()).isEqualTo(Status.valueOf(row.get(5)));
        assertThat(read.version()).isEqualTo(row.get(6));
        assertThat(read.metadata()).isEqualTo(metadata(row.get(7)));
    }

    static Stream<List<String>> written() throws IOException {
        return rows("written.tsv", 3);
    }

    @ParameterizedTest
    @MethodSource("written")
    void writesWhatOthersRead(List<String> row) {
        Layout layout = layout(row.get(0));
        Instance instance = Instance.of("app", "http://10.0.0.1:8080")
                .withId("one")
                .withWeight(3)
                .withStatus(Status.OUT_OF_SERVICE)
                .withZone("z")
                .withVersion("2")
                .withMetadata("k", "<v>")
                .withMetadata("rollcall.layout", "where it was read");

        assertThat(layout.node(instance)).isEqualTo(row.get(1));
        assertThat(new String(layout.write(instance, 1_700_000_000_000L), StandardCharsets.UTF_8))
                .isEqualTo(row.get(2));
    }

    private static Layout layout(String name) {
        return Layouts.of(StoreUri.parse("zookeeper://h?root=/r&layout=" + name), "")
                .first();
    }

    private static Stream<List<String>> rows(String table, int columns) throws IOException {
        try (InputStream in = LayoutVectorsTest.class.getResourceAsStream(table)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.startsWith("#"))
                            .map(line -> Arrays.asList(line.split("\t", columns)))
                            .toList()
                            .stream();
        }
    }

    private static Map<String, String> metadata(String text) {
        Map<String, String> metadata = new HashMap<>();
        for (String entry : text.isEmpty() ? new String[0] : text.split("\\|")) {
            int equals = entry.indexOf('=');
            metadata.put(entry.substring(0, equals), entry.substring(equals + 1));
        }
        return metadata;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
