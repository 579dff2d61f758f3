package dev.rollcall.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
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
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What a page may ask of instances, and who may. */
class ChangesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String DRAIN = "api/override?service=orders&id=10.0.0.1:80&status=draining";

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> told = new CopyOnWriteArrayList<>();
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

    @Test
    void whoAsksForWhatIsToldInALine() throws Exception {
        try (Console console = open(true)) {
            post(console, DRAIN + "&weight=7&minutes=15");
            post(console, "api/override/clear?service=orders&id=10.0.0.1:80");

            String asks = "anna at the console, from 127.0.0.1 asks of orders/10.0.0.1:80: ";
            assertThat(told).containsExactly(asks + "DRAINING weight 7 for 15 min", asks + "nothing any more");
        }
    }

    /** Names, the user's and the instance's, come from outside, and a refusal repeats them. */
    @Test
    void noLineCanBeForged() throws Exception {
        String evil = "%0Aanna%20asks%0D%1B%5B31m%C2%85%E2%80%A8%E2%80%AE";
        try (Console console = open(true)) {
            assertThat(post(console, "api/override?service=orders&id=" + evil + "&weight=1", "eve\nanna\u2028:")
                            .statusCode())
                    .isIn(204, 400);
            assertThat(post(console, "api/override?service=" + evil + "&id=a&weight=1")
                            .statusCode())
                    .isEqualTo(400);
        }
        assertThat(told)
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .contains(" asks of ")
                        .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]")
                        .hasSizeLessThan(1_000));
        assertThat(told.get(0)).startsWith("eve");
        assertThat(told.get(1)).contains(", which failed: ");
    }

    @Test
    void byDefaultTheLogIsTold() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(Console.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.INFO);
        try (Console console = Console.builder(rollcall)
                .listen("127.0.0.1", 0)
                .allowChanges(true)
                .start()) {
            post(console, DRAIN);
        } finally {
            logger.setLevel(null);
            logger.detachAppender(lines);
        }
        assertThat(lines.list)
                .singleElement()
                .satisfies(line -> assertThat(line.getFormattedMessage())
                        .isEqualTo(
                                "anna at the console, from 127.0.0.1 asks of orders/10.0.0.1:80: DRAINING for 60 min"));
    }

    private Console open(boolean allowChanges) throws Exception {
        return Console.builder(rollcall)
                .listen("127.0.0.1", 0)
                .allowChanges(allowChanges)
                .changesListener(told::add)
                .start();
    }

    private HttpResponse<String> post(Console console, String path) throws Exception {
        return post(console, path, "anna:");
    }

    private HttpResponse<String> post(Console console, String path, String user) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(console.uri() + path))
                .header(Guard.OWN_HEADER, "1")
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        return http.send(request, BodyHandlers.ofString());
    }
}
