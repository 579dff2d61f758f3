package dev.rollcall.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.LossProtection;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.Status;
import dev.rollcall.memory.MemoryStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final String name = UUID.randomUUID().toString();
    private final MemoryStore store = MemoryStore.named(name);
    private final HttpClient http = HttpClient.newHttpClient();
    private Rollcall provider;
    private Rollcall watcher;
    private Console console;

    @BeforeEach
    void start() throws Exception {
        provider = client("provider");
        provider.register(Instance.of("orders", "http://10.0.0.1:8080").withWeight(3))
                .awaitRegistered(LIMIT);
        watcher = client("watcher");
        console = Console.builder(watcher)
                .listen("127.0.0.1", 0)
                .registry("memory:test")
                .start();
    }

    @AfterEach
    void stop() {
        console.close();
        watcher.close();
        provider.close();
    }

    @Test
    void tellsWhatIsThereWithoutCallingItNews() throws Exception {
        try (EventReader page = page("?service=orders")) {
            assertThat(page.header("Content-Type")).isEqualTo("text/event-stream");
            page.awaitEvent("hello", "\"registry\":\"memory:test\"");
            awaitOrders(page, "\"total\":1,\"up\":1", "\"freshness\":\"fresh\"");
            page.awaitEvent("instances", "\"id\":\"10.0.0.1:8080\"", "\"weight\":3", "\"older\":true");
        }
        try (EventReader later = page("")) {
            assertThat(later.awaitEvent("state").data()).contains("\"timeline\":[]");
        }
    }

    @Test
    void saysWhoCameAndChangedAndWentAndWhy() throws Exception {
        try (EventReader page = page("?service=orders")) {
            awaitOrders(page, "\"total\":1,\"up\":1");

            Registration second = provider.register(Instance.of("orders", "http://10.0.0.2:8080"));
            page.awaitEvent("delta", "\"kind\":\"came\"", "came at http://10.0.0.2:8080");
            page.awaitEvent("instances", "\"id\":\"10.0.0.2:8080\"", "\"older\":false");
            second.update(instance -> instance.withWeight(7).withStatus(Status.OUT_OF_SERVICE))
                    .join();
            page.awaitEvent("delta", "\"kind\":\"out\"", "fails its health check, or was taken out; weight 1 → 7");
            second.update(instance -> instance.withStatus(Status.UP)).join();
            page.awaitEvent("delta", "\"kind\":\"up\"", "up again after");
            second.close();
            page.awaitEvent("delta", "\"kind\":\"left\"", "\"deregistered\"");
            page.awaitEvent("instances", "\"gone\":[\"10.0.0.2:8080\"]");
        }
    }

    @Test
    void aDrainAndACrashAreToldApart() throws Exception {
        Rollcall victim = client("victim");
        try (EventReader page = page("");
                victim) {
            awaitOrders(page, "\"total\":1,\"up\":1");
            victim.register(Instance.of("orders", "http://10.0.0.9:8080")).awaitRegistered(LIMIT);
            Registration drained = provider.register(Instance.of("orders", "http://10.0.0.3:8080"));
            drained.awaitRegistered(LIMIT);
            page.awaitEvent("delta", "came at http://10.0.0.9:8080");
            page.awaitEvent("delta", "came at http://10.0.0.3:8080");

            var unused = drained.drain(Duration.ofMillis(600));
            page.awaitEvent("delta", "\"kind\":\"draining\"");
            page.awaitEvent("delta", "\"kind\":\"left\"", "drained for 0.");
            store.link("victim").cut();
            page.awaitEvent("delta", "\"kind\":\"lost\"", "left without a farewell", "lease expired");
            store.link("victim").heal();
            page.awaitEvent("delta", "\"kind\":\"came\"", "came back after");
        }
    }

    @Test
    void anOutageIsSaidAndNothingIsEmptied() throws Exception {
        try (EventReader page = page("?service=orders")) {
            awaitOrders(page, "\"total\":1,\"up\":1");
            store.kill();
            page.awaitEvent("delta", "\"registry\":{\"freshness\":\"stale\"", "\"kind\":\"stale\"");
            awaitOrders(page, "\"total\":1,\"up\":1", "\"freshness\":\"stale\"");
            try (EventReader newcomer = page("?service=orders")) {
                newcomer.awaitEvent("state", "\"registry\":{\"freshness\":\"stale\"", "\"total\":1");
                newcomer.awaitEvent("instances", "\"id\":\"10.0.0.1:8080\"");
            }
            store.restart();
            page.awaitEvent("delta", "\"kind\":\"fresh\"", "the registry is heard again, after");
        }
    }

    @Test
    void aServiceThatEndsStaysVisibleAndANewOneAppears() throws Exception {
        try (EventReader page = page("")) {
            awaitOrders(page, "\"total\":1");
            Registration only = provider.register(Instance.of("users", "http://10.0.0.5:80"));
            page.awaitEvent("delta", "\"service\":\"users\"", "came at");
            only.close();
            page.awaitEvent("delta", "{\"name\":\"users\",\"total\":0,\"up\":0");
        }
        try (EventReader later = page("")) {
            later.awaitEvent("state", "{\"name\":\"users\",\"total\":0,\"up\":0", "\"kind\":\"left\"");
        }
    }

    @Test
    void showsTheServiceThatAPageAsksFor() throws Exception {
        provider.register(Instance.of("users", "http://10.0.0.5:80")).awaitRegistered(LIMIT);
        try (EventReader page = page("")) {
            page.awaitEvent("delta", "\"name\":\"users\"", "\"total\":1");
            assertThat(post("api/streams/" + page.stream() + "/open?service=users"))
                    .isEqualTo(204);
            page.awaitEvent("instances", "\"service\":\"users\"", "\"all\":true", "\"id\":\"10.0.0.5:80\"");
        }
        assertThat(post("api/streams/0123/open?service=users")).isEqualTo(404);
    }

    private void awaitOrders(EventReader page, String... texts) {
        org.awaitility.Awaitility.await()
                .atMost(LIMIT)
                .until(() -> page.events().stream()
                        .anyMatch(event -> event.data().contains("{\"name\":\"orders\"")
                                && java.util.Arrays.stream(texts).allMatch(event.data()::contains)));
    }

    private EventReader page(String query) throws Exception {
        return EventReader.open(http, console.uri(), query);
    }

    private int post(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(console.uri() + path))
                .header(Guard.OWN_HEADER, "1")
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        return http.send(request, BodyHandlers.discarding()).statusCode();
    }

    private Rollcall client(String clientName) {
        return Rollcall.builder("memory:" + name)
                .name(clientName)
                .ttl(Duration.ofSeconds(1))
                .lossProtection(LossProtection.off())
                .connect();
    }
}
