package dev.rollcall.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Rollcall;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConfigBrowserTest {
    private final HttpClient http = HttpClient.newHttpClient();
    private Rollcall rollcall;
    private Console console;

    @BeforeEach
    void start() throws Exception {
        rollcall = Rollcall.connect("memory:" + UUID.randomUUID());
        console = Console.builder(rollcall).listen("127.0.0.1", 0).start();
        rollcall.config().write("orders/limits", "max: 10\npassword: hunter2\n").join();
    }

    @AfterEach
    void stop() {
        console.close();
        rollcall.close();
    }

    @Test
    void keysAreToldAsTheyComeAndGoToWhoAsked() throws Exception {
        try (EventReader page = EventReader.open(http, console.uri(), "?config");
                EventReader other = EventReader.open(http, console.uri(), "")) {
            page.awaitEvent("config", "\"key\":\"orders/limits\"", "max: 10 password: ••••••••");
            rollcall.config().write("orders/other", "text").join();
            page.awaitEvent("config", "\"key\":\"orders/other\"");
            rollcall.config().delete("orders/other").join();
            page.awaitEvent("config", "\"entries\":[{\"key\":\"orders/limits\"");
            assertThat(page.events()).noneMatch(event -> event.data().contains("hunter2"));

            assertThat(post("api/streams/" + other.stream() + "/config?open=true")
                            .statusCode())
                    .isEqualTo(204);
            other.awaitEvent("config", "\"key\":\"orders/limits\"");
        }
    }

    @Test
    void aTextIsMaskedUnlessAskedFor() throws Exception {
        HttpResponse<String> masked = get("api/config?key=orders/limits");
        assertThat(masked.body()).contains("\"masked\":true", "max: 10\\npassword: ••••••••");
        HttpResponse<String> revealed = post("api/config/reveal?key=orders/limits");
        assertThat(revealed.body()).contains("\"masked\":false", "password: hunter2");
        assertThat(revealed.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @Test
    void aSecretIsNotRevealedToALink() throws Exception {
        assertThat(get("api/config/reveal?key=orders/limits").statusCode()).isEqualTo(404);
    }

    @Test
    void whatIsNotThereOrCantBeAKeyIsSaid() throws Exception {
        assertThat(get("api/config?key=nothing/here").statusCode()).isEqualTo(404);
        HttpResponse<String> malformed = get("api/config?key=a//b");
        assertThat(malformed.statusCode()).isEqualTo(400);
        assertThat(malformed.body()).contains("config key", "expected");
        assertThat(get("api/config").statusCode()).isEqualTo(400);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(console.uri() + path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(console.uri() + path))
                .header(Guard.OWN_HEADER, "1")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        return http.send(request, BodyHandlers.ofString());
    }
}
