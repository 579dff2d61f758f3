package dev.rollcall.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InstanceSearchTest {
    private final HttpClient http = HttpClient.newHttpClient();
    private Rollcall rollcall;
    private Console console;

    @BeforeEach
    void start() throws Exception {
        rollcall = Rollcall.connect("memory:" + UUID.randomUUID());
        rollcall.register(
                Instance.of("orders", "http://10.0.0.7:80").withId("Alpha").withZone("eu-1a"));
        rollcall.register(
                Instance.of("users", "http://10.0.0.8:80").withId("beta").withVersion("2.0-RC1"));
        for (int i = 0; i < InstanceSearch.MAX_SHOWN + 20; i++) {
            rollcall.register(Instance.of("many", "http://10.1.0.1:" + (1000 + i)));
        }
        console = Console.builder(rollcall).listen("127.0.0.1", 0).start();
        try (EventReader page = EventReader.open(http, console.uri(), "")) {
            page.awaitEvent("state");
            page.awaitAny("\"name\":\"orders\",\"total\":1");
            page.awaitAny("\"name\":\"users\",\"total\":1");
            page.awaitAny("\"name\":\"many\",\"total\":" + (InstanceSearch.MAX_SHOWN + 20));
        }
    }

    @AfterEach
    void stop() {
        console.close();
        rollcall.close();
    }

    @Test
    void findsByIdEndpointZoneAndVersionWhateverTheCase() throws Exception {
        for (String text : new String[] {"alpha", "LPH", "0.0.7", "EU-1", " eu-1a "}) {
            assertThat(find(text).body())
                    .as(text)
                    .startsWith(
                            "{\"found\":1,\"instances\":[{\"service\":\"orders\",\"id\":\"Alpha\",\"status\":\"up\"");
        }
        for (String text : new String[] {"HTTP://10.0.0.7", "0.7:80", "//10.0.0.7:", "p://10.0.0.7:80"}) {
            assertThat(find(text).body()).as(text).startsWith("{\"found\":1,").contains("\"service\":\"orders\"");
        }
        assertThat(find("://").body()).startsWith("{\"found\":" + (InstanceSearch.MAX_SHOWN + 22));
        assertThat(find("1119").body()).contains("\"found\":1,", "\"endpoint\":\"http://10.1.0.1:1119\"");
        assertThat(find("0.7/80").body()).startsWith("{\"found\":0,");
        assertThat(find("rc1").body()).contains("\"id\":\"beta\"", "\"found\":1");
        assertThat(find("nowhere").body()).isEqualTo("{\"found\":0,\"instances\":[]}");
    }

    @Test
    void countsMoreThanItShows() throws Exception {
        String found = find("10.1.0.1").body();
        assertThat(found).startsWith("{\"found\":" + (InstanceSearch.MAX_SHOWN + 20));
        assertThat(found.split("\"service\":\"many\"", -1)).hasSize(InstanceSearch.MAX_SHOWN + 1);
    }

    @Test
    void aTextThatFindsNearlyEverythingIsRefused() throws Exception {
        for (String text : new String[] {"", "1", " 1 ", "x".repeat(300)}) {
            assertThat(find(text).statusCode()).isEqualTo(400);
        }
    }

    private HttpResponse<String> find(String text) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(console.uri() + "api/find?text=" + URLEncoder.encode(text, StandardCharsets.UTF_8)))
                .timeout(Duration.ofSeconds(20))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }
}
