package dev.rollcall.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused before it is a request is in the access log and the metrics as well. */
class UnreadableTest extends GatewayFixture {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    /** Bytes as in {@link SmugglingTest}; {@code *} stands for 9,000 characters. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "GET /orders/7?key=secret HTTP/1.1|Host: x|no colon||; GET /orders/7?… HTTP/1.1 400; malformed_head",
                "GET /orders/ HTTP/1.1|Host: x|X: a| b||; GET /orders/ HTTP/1.1 400; malformed_head",
                "POST /o HTTP/1.1|Host: x|Content-Length: 4|Transfer-Encoding: chunked||0||; POST /o HTTP/1.1 400; malformed_head",
                "PO(ST /orders/ HTTP/1.1|Host: x||; - - - 400; malformed_head",
                "' GET /orders/ HTTP/1.1|Host: x||'; - - - 0; malformed_head",
                "GET /orders/* HTTP/1.1|Host: x||; - - - 414; line_too_long",
                "GET /orders/ HTTP/1.1|Host: x|X: *|Y: *||; GET /orders/ HTTP/1.1 431; head_too_large",
                "GET /orders/ HTTP/1.1|Host: x|; - - - 408; head_timeout",
                "P; - - - 0; head_timeout"
            })
    void whatIsRefusedIsLoggedAndCounted(String request, String shown, String fault) throws Exception {
        Gateway gateway = started();

        talk(gateway, request.replace("*", "x".repeat(9_000)).replace("|", "\r\n"));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(lines)
                        .singleElement()
                        .asString()
                        .matches("127\\.0\\.0\\.1 \\Q" + shown + "\\E in=0 out=0 ms=[0-9]+\\.[0-9]{3} - - tries=0 "
                                + fault));
        assertThat(metrics(gateway, "/metrics").body())
                .contains("rollcall_gateway_unreadable_total{fault=\"" + fault + "\"} 1\n")
                .contains("rollcall_gateway_requests_in_flight 0\n")
                .doesNotContain("rollcall_gateway_requests_total{");
    }

    /** The head was a request; it is its body that can't be told from the next one. */
    @Test
    void bodysFramingThatCannotBeReadIsCountedBesideItsRequest() throws Exception {
        backend("orders", Backend.text("ok"));
        Gateway gateway = started();

        talk(gateway, "POST /orders/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n");

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(lines)
                        .hasSize(2)
                        .anyMatch(line -> line.endsWith(" - - tries=0 malformed_body"))
                        .anyMatch(line ->
                                line.startsWith("127.0.0.1 POST /orders/ HTTP_1_1 ") && line.contains(" orders ")));
        assertThat(metrics(gateway, "/metrics").body())
                .contains("rollcall_gateway_unreadable_total{fault=\"malformed_body\"} 1\n");
    }

    /** Nobody can write a line of another's into the log, nor colour a terminal that shows it, nor fill it. */
    @Test
    void lineOfTheLogCannotBeForged() throws Exception {
        Gateway gateway = started();
        String forged = "/\u001b[31m\u0085\u000b\r127.0.0.1_GET_/admin_\u007f\u009b" + "x".repeat(2_000);

        talk(gateway, "GET " + forged + " HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n");
        talk(gateway, "G".repeat(2_000) + " /orders/ HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n");

        await().atMost(LIMIT).until(() -> lines.size() == 2);
        assertThat(lines)
                .allSatisfy(line -> assertThat(line)
                        .hasSizeLessThan(700)
                        .endsWith(" malformed_head")
                        .matches("[\\x20-\\x7e…]+"));
    }

    private Gateway started() throws IOException, InterruptedException {
        return gateway(options -> options.accessLog(lines::add)
                .headTimeout(Duration.ofMillis(300))
                .metrics(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }

    /** Sends bytes, and reads until the gateway ends the connection. */
    private static void talk(Gateway gateway, String bytes) throws IOException {
        try (Socket client =
                new Socket(gateway.address().getAddress(), gateway.address().getPort())) {
            client.setSoTimeout((int) LIMIT.toMillis());
            client.getOutputStream().write(bytes.getBytes(ISO_8859_1));
            client.getInputStream().readAllBytes();
        } catch (SocketException e) {
            // it was closed while we still wrote
        }
    }
}
