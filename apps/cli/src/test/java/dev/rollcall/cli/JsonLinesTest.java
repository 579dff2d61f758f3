package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Status;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Scripts rely on every character of these. */
class JsonLinesTest {
    private static final Instant TIME = Instant.parse("2026-03-04T05:06:07Z");

    @Test
    void anInstanceHasAllItsFieldsInOneOrder() {
        Instance instance = Instance.of("orders", "http://10.0.0.5:8080", "grpc://[2001:db8::1]:9090")
                .withId("orders-1")
                .withWeight(3)
                .withStatus(Status.OUT_OF_SERVICE)
                .withZone("eu-1a")
                .withVersion("1.2.0")
                .withMetadata("team", "blue")
                .withMetadata("az", "a");

        assertThat(JsonLines.instance(instance))
                .isEqualTo("{\"service\":\"orders\",\"id\":\"orders-1\","
                        + "\"endpoints\":[\"http://10.0.0.5:8080\",\"grpc://[2001:db8::1]:9090\"],"
                        + "\"weight\":3,\"status\":\"out_of_service\",\"zone\":\"eu-1a\",\"version\":\"1.2.0\","
                        + "\"metadata\":{\"az\":\"a\",\"team\":\"blue\"}}");
    }

    @Test
    void whatIsUnknownIsEmptyRatherThanAbsent() {
        assertThat(JsonLines.instance(Instance.of("orders", "10.0.0.5:8080")))
                .isEqualTo("{\"service\":\"orders\",\"id\":\"10.0.0.5:8080\",\"endpoints\":[\"tcp://10.0.0.5:8080\"],"
                        + "\"weight\":1,\"status\":\"up\",\"zone\":\"\",\"version\":\"\",\"metadata\":{}}");
    }

    @Test
    void controlCharactersAndQuotesAreEscapedSoThatALineStaysALine() {
        Instance instance = Instance.of("orders", "h:1").withMetadata("k", "a\n\"b\"\u001b[2Jé");

        assertThat(JsonLines.instance(instance))
                .contains("{\"k\":\"a\\n\\\"b\\\"\\u001B[2Jé\"}")
                .doesNotContain("\n");
    }

    @Test
    void aServiceHasItsCounts() {
        assertThat(JsonLines.service(new ServiceCount("orders", 3, 2)))
                .isEqualTo("{\"service\":\"orders\",\"instances\":3,\"up\":2}");
    }

    @Test
    void anEventIsItsNameItsTimeAndTheInstance() {
        Instance before = Instance.of("orders", "h:1");
        String rest = "\"time\":\"2026-03-04T05:06:07.000Z\",\"service\":\"orders\",\"id\":\"h:1\","
                + "\"endpoints\":[\"tcp://h:1\"],\"weight\":%d,\"status\":\"up\",\"zone\":\"\",\"version\":\"\",\"metadata\":{}}";

        assertThat(JsonLines.event(new ViewEvent.Added(before), TIME))
                .isEqualTo("{\"event\":\"added\"," + rest.formatted(1));
        assertThat(JsonLines.event(new ViewEvent.Changed(before, before.withWeight(2)), TIME))
                .isEqualTo("{\"event\":\"changed\"," + rest.formatted(2));
        assertThat(JsonLines.event(new ViewEvent.Removed(before), TIME))
                .isEqualTo("{\"event\":\"removed\"," + rest.formatted(1));
    }

    @Test
    void freshnessIsTheServicesNotAnInstances() {
        assertThat(JsonLines.event(new ViewEvent.Fresh("orders", 2), TIME))
                .isEqualTo(
                        "{\"event\":\"fresh\",\"time\":\"2026-03-04T05:06:07.000Z\",\"service\":\"orders\",\"instances\":2}");
        assertThat(JsonLines.event(new ViewEvent.Stale("orders", 2, TIME.minusMillis(1500), "it is \"away\""), TIME))
                .isEqualTo(
                        "{\"event\":\"stale\",\"time\":\"2026-03-04T05:06:07.000Z\",\"service\":\"orders\",\"instances\":2,"
                                + "\"since\":\"2026-03-04T05:06:05.500Z\",\"cause\":\"it is \\\"away\\\"\"}");
    }
}
