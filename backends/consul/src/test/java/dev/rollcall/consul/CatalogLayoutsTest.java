package dev.rollcall.consul;

import static dev.rollcall.consul.CatalogAnswers.foreign;
import static dev.rollcall.consul.CatalogAnswers.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.spi.Origin;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the layouts of other ecosystems look like in Consul's catalogue, as data. */
class CatalogLayoutsTest {
    private static final String LATEST = "v-789cca492c492d2e01040000ffff08cc028e";
    private static final Instance ORDERS = Instance.of("orders", "grpc://10.0.0.5:9000", "http://10.0.0.5:8000")
            .withVersion("v1");

    @Test
    void goMicroHasVersionAndMetadataInTags() {
        String body = written(
                "go-micro", ORDERS.withVersion("latest").withMetadata("k", "v").withMetadata("tags", "blue,t,e,team"));

        // one that is the letter alone makes go-micro's reader panic, and whichever is first decides how the others are
        // read
        assertThat(body)
                .contains("\"ID\":\"orders~10.0.0.5:9000\",\"Name\":\"orders\",\"Address\":\"10.0.0.5\",\"Port\":9000,"
                        + "\"Tags\":[\"t-789caa56ca56b2522a53aa05040000ffff0cf2029c\",")
                .contains(",\"" + LATEST + "\",\"blue\",\"team\"]")
                .contains("\"k\":\"v\"", "\"rollcall-layout\":\"go-micro\"");
    }

    @Test
    void goMicroIsRead() {
        Instance instance = foreign(
                ",\"Tags\":[\"t-" + GoMicroTag.encode("{\"protocol\":\"grpc\"}") + "\",\"e-789c00\",\"" + LATEST
                        + "\",\"t-xyz\",\"own\"],\"Meta\":{\"a\":\"b\"}",
                "go-micro");

        assertThat(instance)
                .isEqualTo(Instance.of("web", "grpc://10.0.0.1:80")
                        .withId("web-1@n1")
                        .withVersion("latest")
                        .withMetadata(Map.of("protocol", "grpc", "a", "b", "tags", "e-789c00,t-xyz,own")));
    }

    @Test
    void goMicroOfOldIsRead() {
        assertThat(foreign(",\"Tags\":[\"t={\\\"k\\\":\\\"v\\\"}\",\"e={}\",\"v=1.4\"]", "go-micro"))
                .isEqualTo(Instance.of("web", "tcp://10.0.0.1:80")
                        .withId("web-1@n1")
                        .withVersion("1.4")
                        .withMetadata("k", "v"));
    }

    @Test
    void aBombInGoMicrosTagsIsRefused() {
        String bomb = GoMicroTag.encode("x".repeat(100_000));

        assertThatThrownBy(() -> foreign(",\"Tags\":[\"v-" + bomb + "\",\"v-" + bomb + "\"]", "go-micro"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("its tags hold more than 131072 bytes");
    }

    @Test
    void kratosHasTheVersionInATagAndUrlsAsTaggedAddresses() {
        assertThat(written("kratos", ORDERS.withWeight(20)))
                .startsWith(
                        "{\"ID\":\"orders~10.0.0.5:9000\",\"Name\":\"orders\",\"Address\":\"10.0.0.5\",\"Port\":9000,"
                                + "\"Tags\":[\"version=v1\"],\"TaggedAddresses\":{"
                                + "\"grpc\":{\"Address\":\"grpc://10.0.0.5:9000\",\"Port\":9000},"
                                + "\"http\":{\"Address\":\"http://10.0.0.5:8000\",\"Port\":8000}},")
                .contains("\"weight\":\"20\"", "\"rollcall-layout\":\"kratos\"", "\"rollcall-added\":\"weight\"");
    }

    @Test
    void kratosIsRead() {
        assertThat(foreign(
                        ",\"Tags\":[\"version=v1\"],\"Meta\":{\"weight\":\"20\"},\"TaggedAddresses\":{"
                                + "\"grpc\":{\"Address\":\"grpc://127.0.0.1:9000?isSecure=true\",\"Port\":9000},"
                                + "\"http\":{\"Address\":\"http://127.0.0.1:8000/base\",\"Port\":8000},"
                                + "\"unix\":{\"Address\":\"unix:///run/x\",\"Port\":0},"
                                + "\"lan_ipv4\":{\"Address\":\"10.0.0.1\",\"Port\":80},"
                                + "\"wan_ipv4\":{\"Address\":\"10.0.0.1\",\"Port\":80}}",
                        "kratos"))
                .isEqualTo(Instance.of("web", "grpcs://127.0.0.1:9000", "http://127.0.0.1:8000")
                        .withId("web-1@n1")
                        .withWeight(20)
                        .withVersion("v1")
                        .withMetadata("weight", "20"));
    }

    @Test
    void kratosFallsBackToHttp() {
        assertThat(foreign(",\"Tags\":null,\"TaggedAddresses\":null", "kratos").endpoints())
                .containsExactly(new Endpoint("http", "10.0.0.1", 80));
    }

    @Test
    void springHasNamesForDnsAndSecureInTheMeta() {
        Instance instance = Instance.of("orders_api", "https://10.0.0.5:8443")
                .withZone("eu-1")
                .withWeight(3)
                .withMetadata("group", "g");

        assertThat(written("spring", instance))
                .startsWith("{\"ID\":\"orders-api-10-0-0-5-8443-8eb50415\",\"Name\":\"orders-api\",")
                .contains(
                        "\"secure\":\"true\"",
                        "\"zone\":\"eu-1\"",
                        "\"group\":\"g\"",
                        "\"weight\":\"3\"",
                        "\"rollcall-service\":\"orders_api\"");
    }

    @ParameterizedTest
    @CsvSource({
        "orders, orders",
        "orders.api, orders-api",
        "a__b.-c, a-b-c",
        "1st, 1st",
        "orders_, orders_",
        "größe, größe"
    })
    void springHasAnotherNameForAService(String service, String name) {
        assertThat(CatalogLayouts.named("spring").serviceName(service)).isEqualTo(name);
    }

    @Test
    void whatSpringCouldNotNameIsRefused() {
        assertThatThrownBy(() -> written("spring", Instance.of("1st", "http://a:1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: a letter first, a letter or digit last")
                .hasMessageContaining("?layout.1st=native");
    }

    @Test
    void springIsReadOfTodayAndOfOld() {
        Instance expected = Instance.of("web", "https://10.0.0.1:80")
                .withId("web-1@n1")
                .withZone("eu-1")
                .withWeight(3)
                .withMetadata(Map.of("secure", "true", "weight", "3"));

        assertThat(foreign(",\"Meta\":{\"secure\":\"true\",\"zone\":\"eu-1\",\"weight\":\"3\"}", "spring"))
                .isEqualTo(expected);
        assertThat(foreign(",\"Tags\":[\"secure=true\",\"zone=eu-1\"],\"Meta\":{\"weight\":\"3\"}", "spring"))
                .isEqualTo(expected);
    }

    @Test
    void discoxKeepsThePortInTheId() {
        assertThat(written("discox", ORDERS)).startsWith("{\"ID\":\"orders_10.0.0.5:9000\",\"Name\":\"orders\",");
        assertThat(CatalogLayouts.named("discox").serviceId("a_b", "c"))
                .isNotEqualTo(CatalogLayouts.named("discox").serviceId("a", "b_c"));
        assertThat(foreign(",\"Meta\":{\"weight\":\"1000\",\"hostname\":\"xxx\"}", "discox"))
                .isEqualTo(Instance.of("web", "tcp://10.0.0.1:80")
                        .withId("web-1@n1")
                        .withWeight(1000)
                        .withMetadata(Map.of("weight", "1000", "hostname", "xxx")));
    }

    @Test
    void ofSeveralTheMostSpecificReadsAnEntryAndItsOriginIsTold() {
        String[] all = CatalogLayouts.names().toArray(String[]::new);
        Map<String, String> fields = Map.of(
                "go-micro", ",\"Tags\":[\"" + LATEST + "\"]",
                "kratos", ",\"TaggedAddresses\":{\"grpc\":{\"Address\":\"grpc://127.0.0.1:9000\",\"Port\":9000}}",
                "spring", ",\"Meta\":{\"secure\":\"false\"}",
                "discox", ",\"ID\":\"web_10.0.0.1\"",
                "native", ",\"Tags\":[\"blue\"]");

        fields.forEach((layout, json) -> {
            assertThat(foreign(json, all).metadata()).as(layout).containsEntry(Origin.KEY, layout);
            assertThat(foreign(json, layout).metadata()).as(layout).doesNotContainKey(Origin.KEY);
        });
    }

    @Test
    void whatNoneOfThemRecognisesIsReadInTheNativeOneOrElseTheFirst() {
        String plain = ",\"Tags\":[\"blue\"]";

        assertThat(foreign(plain, "kratos", "native").metadata()).containsEntry(Origin.KEY, "native");
        assertThat(foreign(plain, "kratos", "go-micro"))
                .isEqualTo(Instance.of("web", "http://10.0.0.1:80")
                        .withId("web-1@n1")
                        .withMetadata(Map.of("tags", "blue", Origin.KEY, "kratos")));
    }

    @Test
    void anOriginIsNeverWritten() {
        assertThat(List.of(
                        written("native", ORDERS.withMetadata(Origin.KEY, "kratos")),
                        written("go-micro", ORDERS.withMetadata(Origin.KEY, "kratos"))))
                .isEqualTo(List.of(written("native", ORDERS), written("go-micro", ORDERS)));
    }
}
