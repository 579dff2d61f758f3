package dev.rollcall.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpProbeTest {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration PATIENT = Duration.ofSeconds(20);

    private final HttpProbe probe = HttpProbe.of("/health");

    @ParameterizedTest
    @CsvSource({
        "200 OK, true",
        "204 No Content, true",
        "302 Found, false",
        "404 Not Found, false",
        "500 Oops, false",
        "503 Away, false"
    })
    void theStatusDecides(String status, boolean passed) throws InterruptedException {
        try (ScriptedServer server =
                ScriptedServer.answering("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")) {
            ProbeResult result = probe.probe(instance(server.port()), PATIENT);

            assertThat(result)
                    .isEqualTo(new ProbeResult(
                            passed,
                            "GET http://127.0.0.1:" + server.port() + "/health: HTTP " + status.substring(0, 3)));
            assertThat(server.requests())
                    .singleElement()
                    .asString()
                    .startsWith("GET /health HTTP/1.1\r\n")
                    .contains("User-Agent: rollcall-check\r\n");
        }
    }

    @Test
    void theExpectedStatusAndBodyAndHeadersMayBeOthers() throws InterruptedException {
        HttpProbe choosy =
                probe.expectingStatus(418, 418).expectingBody("\"up\"").withHeader("X-Probe", "yes");
        try (ScriptedServer server = ScriptedServer.answering(ok("418 Teapot", "{\"status\":\"up\"}"))) {
            assertThat(choosy.probe(instance(server.port()), PATIENT).passed()).isTrue();
            assertThat(server.requests()).singleElement().asString().contains("X-Probe: yes\r\n");
        }
        try (ScriptedServer server = ScriptedServer.answering(ok("418 Teapot", "{\"status\":\"down\"}"))) {
            assertThat(choosy.probe(instance(server.port()), PATIENT).detail())
                    .endsWith("HTTP 418, and the body lacks \"\"up\"\"");
        }
    }

    @Test
    void aServerThatNeverAnswersFailsAtTheTimeout() throws IOException, InterruptedException {
        try (ServerSocket silent = new ServerSocket(0)) {
            assertThat(probe.probe(instance(silent.getLocalPort()), SHORT))
                    .isEqualTo(ProbeResult.failed("GET http://127.0.0.1:" + silent.getLocalPort()
                            + "/health: no complete answer within 200 ms"));
        }
    }

    @Test
    void aBodyThatDripsFailsAtTheTimeoutAndItsConnectionIsClosed() throws InterruptedException {
        CountDownLatch gaveUp = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.answering(out -> {
            try {
                write(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
                drip(out);
            } finally {
                gaveUp.countDown();
            }
        })) {
            assertThat(probe.probe(instance(server.port()), SHORT).detail()).contains("within 200 ms");
            assertThat(gaveUp.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aHeadThatDripsFailsAtTheTimeout() throws InterruptedException {
        try (ScriptedServer server = ScriptedServer.answering(HttpProbeTest::drip)) {
            assertThat(probe.probe(instance(server.port()), SHORT).detail())
                    .contains("no complete answer within 200 ms");
        }
    }

    @Test
    void aBodyWithoutEndIsCutOffAndDecidesByItsBeginning() throws InterruptedException {
        AtomicLong sent = new AtomicLong();
        CountDownLatch gaveUp = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.answering(out -> {
            try {
                write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
                while (sent.addAndGet(0x4000) > 0) {
                    write(out, chunk);
                }
            } finally {
                gaveUp.countDown();
            }
        })) {
            assertThat(probe.probe(instance(server.port()), PATIENT).passed()).isTrue();
            assertThat(gaveUp.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(sent.get()).isLessThan(64 << 20);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-OpenSSH_9.2\r\n", "", "HTTP/1.1 abc\r\n\r\n"})
    void whatIsNotHttpFails(String response) throws InterruptedException {
        try (ScriptedServer server = ScriptedServer.answering(response)) {
            ProbeResult result = probe.probe(instance(server.port()), PATIENT);

            assertThat(result.passed()).isFalse();
            assertThat(result.detail()).startsWith("GET http://127.0.0.1:" + server.port() + "/health: ");
        }
    }

    @Test
    void aRefusedConnectionAndAnUnknownHostFailAtOnce() throws InterruptedException {
        assertThat(probe.probe(instance(freePort()), PATIENT).passed()).isFalse();
        assertThat(probe.probe(Instance.of("orders", "http://no-such-host.invalid:80"), PATIENT)
                        .passed())
                .isFalse();
    }

    @Test
    void theHttpEndpointIsAskedUnlessAnotherPlaceIsNamed() throws InterruptedException {
        try (ScriptedServer server = ScriptedServer.answering(ok("200 OK", "fine"))) {
            Instance several =
                    Instance.of("orders", "grpc://127.0.0.1:" + freePort(), "http://127.0.0.1:" + server.port());
            assertThat(probe.probe(several, PATIENT).passed()).isTrue();

            Instance advertised = Instance.of("orders", "http://no-such-host.invalid:80");
            assertThat(probe.at(new Endpoint("http", "127.0.0.1", server.port()))
                            .probe(advertised, PATIENT)
                            .passed())
                    .isTrue();
        }
    }

    @Test
    void aQueryIsAskedButNotShown() throws InterruptedException {
        try (ScriptedServer server = ScriptedServer.answering(ok("200 OK", ""))) {
            HttpProbe secretive = HttpProbe.of("/health?token=s3cret");

            assertThat(secretive.probe(instance(server.port()), PATIENT).detail())
                    .doesNotContain("s3cret");
            assertThat(secretive.toString()).doesNotContain("s3cret");
            assertThat(server.requests()).singleElement().asString().startsWith("GET /health?token=s3cret ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "health", "http://h/health", "/a b", "/a\r\nHost: evil", "/é", "/#x", "/%zz"})
    void aPathThatCannotBeIsNamed(String path) {
        assertThatIllegalArgumentException().isThrownBy(() -> HttpProbe.of(path));
    }

    private static String ok(String status, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static void drip(OutputStream out) throws IOException {
        String drops = "HTTP/1.1 200 OK\r\nX-Drip: ";
        for (int i = 0; true; i++) {
            out.write(i < drops.length() ? drops.charAt(i) : 'x');
            out.flush();
            try {
                new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    static Instance instance(int port) {
        return Instance.of("orders", "http://127.0.0.1:" + port);
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
