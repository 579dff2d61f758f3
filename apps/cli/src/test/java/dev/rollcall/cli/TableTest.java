package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void columnsAreAlignedAndThoseWithoutAnyTextAreLeftOut() {
        List<Instance> instances = List.of(
                Instance.of("orders", "http://10.0.0.5:8080").withWeight(100),
                Instance.of("orders", "http://10.0.0.15:8080", "grpc://10.0.0.15:9090")
                        .withStatus(Status.DRAINING)
                        .withZone("a")
                        .withMetadata("team", "blue")
                        .withMetadata("k", "v"));

        assertThat(lines(InstanceText.table(instances), false))
                .containsExactly(
                        "ID              ENDPOINTS                                    WEIGHT  STATUS    ZONE  METADATA",
                        "10.0.0.5:8080   http://10.0.0.5:8080                            100  up",
                        "10.0.0.15:8080  http://10.0.0.15:8080,grpc://10.0.0.15:9090       1  draining  a     k=v,team=blue");
    }

    @Test
    void coloursDoNotChangeTheWidths() {
        List<Instance> instances = List.of(
                Instance.of("orders", "h:1"), Instance.of("orders", "h:2").withStatus(Status.OUT_OF_SERVICE));

        List<String> coloured = lines(InstanceText.table(instances), true);

        assertThat(coloured.get(2)).contains("\u001b[33mout of service\u001b[0m");
        assertThat(coloured.stream()
                        .map(line -> line.replaceAll("\u001b\\[[0-9]+m", "").stripTrailing()))
                .containsExactlyElementsOf(lines(InstanceText.table(instances), false));
    }

    @Test
    void textFromTheRegistryCanNotDriveTheTerminal() {
        Instance instance = Instance.of("orders", "h:1").withMetadata("k", "\u001b[2J\r\nroot# ");

        assertThat(lines(InstanceText.table(List.of(instance)), false).get(1)).endsWith("k=\ufffd[2J\ufffd\ufffdroot#");
        assertThat(InstanceText.line(instance)).doesNotContain("\u001b");
        assertThat(InstanceText.difference(Instance.of("orders", "h:1"), instance))
                .doesNotContain("\u001b");
    }

    @Test
    void aChangeNamesWhatDiffersAlone() {
        Instance before = Instance.of("orders", "http://h:1").withZone("a");
        Instance after = before.withWeight(5).withZone("").withStatus(Status.DRAINING);

        assertThat(InstanceText.difference(before, after))
                .isEqualTo("h:1  weight 1 → 5  status up → draining  zone a → -");
    }

    private static List<String> lines(Table table, boolean colours) {
        List<String> lines = new ArrayList<>();
        table.print(colours, lines::add);
        return lines;
    }
}
