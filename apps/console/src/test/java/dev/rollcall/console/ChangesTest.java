package dev.rollcall.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.InstanceOverride;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.Status;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page may ask of instances, and who may. */
class ChangesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String DRAIN = "api/override?service=orders&id=10.0.0.1:80&status=draining";

    private final HttpClient http = HttpClient.newHttpClient();
    private Rollcall rollcall;
    private Registration orders;

    @BeforeEach
    void register() throws Exception {
        rollcall = Rollcall.connect("memory:" + UUID.randomUUID());
        orders = rollcall.register(Instance.of("orders", "http://10.0.0.1:80"));
        orders.awaitRegistered(LIMIT);
    }

    @AfterEach
    void close() {
        rollcall.close();
    }

    @Test
    void withoutTheFlagNothingIsChanged() throws Exception {
        try (Console console = open(false)) {
            HttpResponse<String> answer = post(console, DRAIN);
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("--allow-changes");
            assertThat(post(console, "api/override/clear?service=orders&id=10.0.0.1:80")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(orders.override()).isEmpty();
        }
    }

    @Test
    void withItThePageAloneMayAsk() throws Exception {
        try (Console console = open(true);
                EventReader page = EventReader.open(http, console.uri(), "?service=orders")) {
            page.awaitEvent("hello", "\"changes\":true");
            page.awaitEvent("instances", "10.0.0.1:80");
            HttpRequest bare = HttpRequest.newBuilder(URI.create(console.uri() + DRAIN))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            assertThat(http.send(bare, BodyHandlers.discarding()).statusCode()).isEqualTo(403);
            HttpRequest link =
                    HttpRequest.newBuilder(URI.create(console.uri() + DRAIN)).build();
            assertThat(http.send(link, BodyHandlers.discarding()).statusCode()).isEqualTo(404);

            assertThat(post(console, DRAIN + "&weight=7&minutes=15").statusCode())
                    .isEqualTo(204);
            page.awaitEvent("instances", "\"override\":{\"status\":\"draining\",\"weight\":7", "\"seen\":true");
            InstanceOverride asked = orders.override().orElseThrow();
            assertThat(Duration.between(asked.since(), asked.until())).isEqualTo(Duration.ofMinutes(15));
            assertThat(asked)
                    .returns(Status.DRAINING, InstanceOverride::status)
                    .returns("anna at the console, from 127.0.0.1", InstanceOverride::by);

            assertThat(post(console, "api/override/clear?service=orders&id=10.0.0.1:80")
                            .statusCode())
                    .isEqualTo(204);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(orders.override()).isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "service=orders&id=a",
                "service=orders&id=a&status=up",
                "service=orders&id=a&weight=-1",
                "service=orders&id=a&weight=many",
                "service=orders&id=a&status=draining&minutes=0",
                "service=orders&id=a&status=draining&minutes=9999999",
                "service=orders&status=draining",
                "service=a/b&id=c&status=draining",
            })
    void whatCantBeAskedIsRefusedAndSaidWhy(String query) throws Exception {
        try (Console console = open(true)) {
            HttpResponse<String> answer = post(console, "api/override?" + query);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("expected");
        }
    }

    private Console open(boolean allowChanges) throws Exception {
        return Console.builder(rollcall)
                .listen("127.0.0.1", 0)
                .allowChanges(allowChanges)
                .start();
    }

    private HttpResponse<String> post(Console console, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(console.uri() + path))
                .header(Guard.OWN_HEADER, "1")
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString("anna:".getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        return http.send(request, BodyHandlers.ofString());
    }
}
