package dev.rollcall.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.testing.servers.TlsFiles;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections that end below the level of requests are in the access log and the metrics as well. */
class BrokenConnectionsTest extends GatewayFixture {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final String SETTINGS = "000000 04 00 00000000";
    /** TLS 1.1 with one cipher suite, no extensions. */
    private static final String OLD_HELLO =
            "160301002d" + "01000029" + "0302" + "ab".repeat(32) + "00" + "0002002f" + "0100";

    private static TlsFiles files;

    private final List<String> lines = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void certificates(@TempDir Path directory) {
        files = TlsFiles.generate(directory);
    }

    @Test
    void clearTextWhereTlsIsSpoken() throws Exception {
        Gateway gateway = tls();

        talk(gateway, "GET /orders/?key=secret HTTP/1.1\r\nHost: x\r\n\r\n");

        assertNoted(gateway, "tls_handshake", "what the client sends is no TLS");
    }

    @Test
    void versionOfTlsThatIsNotTaken() throws Exception {
        Gateway gateway = tls();

        talk(gateway, bytes(OLD_HELLO));

        assertNoted(gateway, "tls_handshake", "TLSv1.1 is not enabled");
    }

    @Test
    void clientThatTrustsNobody() throws Exception {
        Gateway gateway = tls();

        try (SSLSocket client =
                (SSLSocket) SSLContext.getDefault().getSocketFactory().createSocket()) {
            connect(client, gateway);
            client.startHandshake();
        } catch (SSLException e) {
            // as it should be: the test's own authority is in no trust store
        }

        assertNoted(gateway, "tls_handshake", "Received fatal alert: ");
    }

    @Test
    void clientThatGoesAwayInTheHandshake() throws Exception {
        Gateway gateway = tls();

        try (Socket client = new Socket()) {
            connect(client, gateway);
            client.getOutputStream().write(bytes(OLD_HELLO.substring(0, 20)).getBytes(ISO_8859_1));
        }

        assertNoted(gateway, "tls_handshake", "the client closed the connection");
    }

    @Test
    void http1WhereHttp2WasAgreedOn() throws Exception {
        Gateway gateway = tls();

        try (SSLSocket client = (SSLSocket) files.trusting().getSocketFactory().createSocket()) {
            SSLParameters parameters = client.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            client.setSSLParameters(parameters);
            connect(client, gateway);
            client.getOutputStream().write("GET /orders/?key=secret HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1));
            drain(client);
        }

        assertNoted(gateway, "http2_broken", "PROTOCOL_ERROR, Unexpected HTTP/1.x request)");
    }

    /** Frames in hexadecimal, behind HTTP/2's preface. */
    @ParameterizedTest
    @CsvSource({
        "000000 01 04 00000001, 'PROTOCOL_ERROR, First received frame was not SETTINGS'",
        "000000 04 00 00000000 ffffff 00 00 00000001, FRAME_SIZE_ERROR",
        "000000 04 00 00000000 000001 00 01 00000001 00, PROTOCOL_ERROR",
        "000000 04 00 00000000 000004 08 00 00000000 00000000, PROTOCOL_ERROR"
    })
    void framesThatBreakHttp2sRules(String frames, String reason) throws Exception {
        Gateway gateway = clearText();

        talk(gateway, PREFACE + bytes(frames));

        assertNoted(gateway, "http2_broken", reason);
    }

    @Test
    void framesThatBreakTheRulesAfterAnUpgrade() throws Exception {
        backend("orders", Backend.text("done"));
        Gateway gateway = clearText();
        String upgrade = String.join(
                "\r\n",
                "GET /orders/ HTTP/1.1",
                "Host: x",
                "Connection: Upgrade, HTTP2-Settings",
                "Upgrade: h2c",
                "HTTP2-Settings: AAMAAABkAAQAAP__",
                "",
                "");
        try (Socket client = new Socket()) {
            connect(client, gateway);
            client.getOutputStream().write(upgrade.getBytes(ISO_8859_1));
            assertThat(client.getInputStream().readNBytes(12))
                    .asString(ISO_8859_1)
                    .isEqualTo("HTTP/1.1 101");
            client.getOutputStream()
                    .write((PREFACE + bytes(SETTINGS + "000004 08 00 00000000 00000000")).getBytes(ISO_8859_1));
            drain(client);
        }

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(lines).anyMatch(line -> line.contains("http2_broken (PROTOCOL_ERROR")));
    }

    @Test
    void farewellsAndHealthyClientsAreNotNoted() throws Exception {
        Gateway gateway = clearText();

        try (Socket probe = new Socket()) {
            connect(probe, gateway); // as a load balancer's health check does
        }
        talk(gateway, PREFACE + bytes(SETTINGS + "000008 07 00 00000000 00000000 00000000")); // GOAWAY, no error
        assertThat(get(gateway, "/nobody/").statusCode()).isEqualTo(404);

        await().atMost(LIMIT).until(() -> !lines.isEmpty());
        assertThat(lines).singleElement().asString().contains("GET /nobody/");
        assertThat(metrics(gateway, "/metrics").body())
                .contains("{fault=\"http2_broken\"} 0\n", "{fault=\"tls_handshake\"} 0\n");
    }

    /** Whoever connects again and again is counted each time, and fills no disk. */
    @Test
    void floodIsCountedButLeavesFewLines() {
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
        GatewayMetrics metrics = new GatewayMetrics();
        try (AccessLog log = AccessLog.to(lines::add)) {
            Unreadable unreadable = new Unreadable(metrics, log, nanos::get);
            EmbeddedChannel client = new EmbeddedChannel();
            for (int i = 0; i < 1_000; i++) {
                unreadable.handshakeFailed(client, new SSLException("some\nreason"));
            }
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            unreadable.http2Broken(client, "other");
            unreadable.http2Broken(client, "other");
        }

        assertThat(lines).hasSize(22);
        assertThat(lines.subList(0, 20)).allMatch(line -> line.endsWith(" tls_handshake (some_reason)"));
        assertThat(lines.get(20)).endsWith(" http2_broken (other) and 980 like it before, not shown");
        assertThat(lines.get(21)).endsWith(" http2_broken (other)");
        assertThat(metrics.text(new TreeMap<>(), 0, true)).contains("{fault=\"tls_handshake\"} 1000\n");
    }

    private void assertNoted(Gateway gateway, String fault, String reason) throws IOException, InterruptedException {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(lines)
                        .singleElement()
                        .asString()
                        .startsWith("127.0.0.1 - - - 0 in=0 out=0 ms=0.000 - - tries=0 " + fault + " (")
                        .contains(reason)
                        .doesNotContain("secret", "736563726574")
                        .hasSizeLessThan(250)
                        .matches("[\\x20-\\x7e]+\\)"));
        assertThat(metrics(gateway, "/metrics").body())
                .contains("rollcall_gateway_unreadable_total{fault=\"" + fault + "\"} 1\n");
    }

    private Gateway clearText() throws IOException, InterruptedException {
        return gateway(options ->
                options.accessLog(lines::add).metrics(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }

    private Gateway tls() throws IOException, InterruptedException {
        return gateway(options -> options.accessLog(lines::add)
                .tls(files.serverCertificate(), files.serverKey())
                .metrics(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }

    /** Sends bytes, and reads until the gateway ends the connection. */
    private static void talk(Gateway gateway, String bytes) throws IOException {
        try (Socket client = new Socket()) {
            connect(client, gateway);
            client.getOutputStream().write(bytes.getBytes(ISO_8859_1));
            client.shutdownOutput();
            drain(client);
        }
    }

    private static String bytes(String hexadecimal) {
        return new String(HexFormat.of().parseHex(hexadecimal.replace(" ", "")), ISO_8859_1);
    }

    private static void connect(Socket client, Gateway gateway) throws IOException {
        client.setSoTimeout((int) LIMIT.toMillis());
        client.connect(gateway.address());
    }

    private static void drain(Socket client) throws IOException {
        try {
            client.getInputStream().readAllBytes();
        } catch (SocketException | SSLException e) {
            // it was closed while we still wrote
        }
    }
}
