package dev.rollcall.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Rollcall;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {
    private static final String TOKEN = "correct horse battery staple";

    private final HttpClient http = HttpClient.newHttpClient();
    private Rollcall rollcall;

    @BeforeEach
    void connect() {
        rollcall = Rollcall.connect("memory:guard");
    }

    @AfterEach
    void close() {
        rollcall.close();
    }

    @Test
    void everyAnswerSaysWhatBrowsersMayDo() throws Exception {
        try (Console console = open()) {
            for (String path : List.of("", "main.js", "console.css", "nothing-here")) {
                HttpResponse<String> answer = get(console, path, Map.of());
                assertThat(answer.headers()
                                .firstValue("Content-Security-Policy")
                                .orElse(""))
                        .contains("default-src 'self'", "frame-ancestors 'none'")
                        .doesNotContain("unsafe");
                assertThat(answer.headers().firstValue("X-Content-Type-Options"))
                        .hasValue("nosniff");
                assertThat(answer.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
            }
            assertThat(get(console, "", Map.of()).body())
                    .doesNotContain("<script>", "style=")
                    .doesNotContainPattern("\\son[a-z]+=");
            assertThat(get(console, "nothing-here", Map.of()).statusCode()).isEqualTo(404);
            assertThat(get(console, "%2e%2e/Console.class", Map.of()).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void anUnchangedFileIsNotSentAgain() throws Exception {
        try (Console console = open()) {
            String tag = get(console, "main.js", Map.of())
                    .headers()
                    .firstValue("ETag")
                    .orElseThrow();
            assertThat(get(console, "main.js", Map.of("If-None-Match", tag)).statusCode())
                    .isEqualTo(304);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 200",
        "localhost, 200",
        "LOCALHOST:1234, 200",
        "[::1]:80, 200",
        "console.example.org, 200",
        "attacker.example, 421",
        "127.0.0.1.attacker.example, 421",
        "localhost.attacker.example:80, 421",
    })
    void aNameThatIsNotItsOwnIsRefused(String host, int status) throws Exception {
        try (Console console = Console.builder(rollcall)
                .listen("127.0.0.1", 0)
                .allowHost("console.example.org")
                .start()) {
            assertThat(raw(console, "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @Test
    void withATokenNothingIsShownToWhoDoesNotKnowIt() throws Exception {
        try (Console console =
                Console.builder(rollcall).listen("127.0.0.1", 0).token(TOKEN).start()) {
            for (String path : List.of("", "main.js", "events")) {
                HttpResponse<String> answer = get(console, path, Map.of());
                assertThat(answer.statusCode()).isEqualTo(401);
                assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
                        .startsWith("Basic ");
            }
            assertThat(get(console, "", Map.of("Authorization", "Bearer " + TOKEN))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(get(console, "", Map.of("Authorization", basic("anybody:" + TOKEN)))
                            .statusCode())
                    .isEqualTo(200);
            for (String wrong : List.of(
                    "Bearer " + TOKEN + "x",
                    "Bearer",
                    "Bearer ",
                    basic("anybody:wrong"),
                    basic("no colon"),
                    "Basic %%%",
                    "Digest x",
                    TOKEN)) {
                assertThat(get(console, "", Map.of("Authorization", wrong)).statusCode())
                        .as(wrong)
                        .isEqualTo(401);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void withoutATokenItListensOnLoopbackOnly(String host) {
        assertThatThrownBy(
                        () -> Console.builder(rollcall).listen(host, 0).start().close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(host)
                .hasMessageContaining("token");
    }

    @Test
    void withATokenItListensAnywhere() throws Exception {
        try (Console console =
                Console.builder(rollcall).listen("0.0.0.0", 0).token(TOKEN).start()) {
            assertThat(get(console, "", Map.of("Authorization", "Bearer " + TOKEN))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aShortTokenIsRefusedWithoutRepeatingIt() {
        assertThatThrownBy(() -> Console.builder(rollcall).token("hunter2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 16")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void onlyItsOwnPageMayAskForChanges() throws Exception {
        try (Console console = open()) {
            String origin = console.uri().substring(0, console.uri().length() - 1);
            assertThat(post(console, Map.of())).isEqualTo(403);
            assertThat(post(console, Map.of(Guard.OWN_HEADER, "1"))).isEqualTo(404);
            assertThat(post(console, Map.of(Guard.OWN_HEADER, "1", "Origin", origin)))
                    .isEqualTo(404);
            assertThat(post(console, Map.of(Guard.OWN_HEADER, "1", "Origin", "http://attacker.example")))
                    .isEqualTo(403);
            assertThat(post(console, Map.of(Guard.OWN_HEADER, "1", "Origin", "null")))
                    .isEqualTo(403);
            assertThat(post(console, Map.of(Guard.OWN_HEADER, "1", "Sec-Fetch-Site", "cross-site")))
                    .isEqualTo(403);
            assertThat(get(console, "main.js", Map.of("Sec-Fetch-Site", "cross-site"))
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Console.builder(rollcall)
                            .listen("127.0.0.1", taken.getLocalPort())
                            .start())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("can't listen on 127.0.0.1:" + taken.getLocalPort());
        }
    }

    private Console open() throws IOException, InterruptedException {
        return Console.builder(rollcall).listen("127.0.0.1", 0).start();
    }

    private HttpResponse<String> get(Console console, String path, Map<String, String> headers) throws Exception {
        String uri = console.uri().replace("0.0.0.0", "127.0.0.1");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri + path));
        headers.forEach(request::header);
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private int post(Console console, Map<String, String> headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(console.uri() + "api/streams/0/open"))
                .POST(HttpRequest.BodyPublishers.noBody());
        headers.forEach(request::header);
        return http.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    /** What the JDK's client refuses to send. */
    private static String raw(Console console, String request) throws IOException {
        URI uri = URI.create(console.uri());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String basic(String userAndPassword) {
        return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
    }
}
