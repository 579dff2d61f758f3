package dev.rollcall.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes on a socket that two readers could take for different requests. */
class SmugglingTest extends GatewayFixture {

    private static String talk(Gateway gateway, String bytes) throws IOException {
        try (Socket client =
                new Socket(gateway.address().getAddress(), gateway.address().getPort())) {
            client.setSoTimeout((int) LIMIT.toMillis());
            client.getOutputStream().write(bytes.getBytes(ISO_8859_1));
            return new String(client.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: x\nContent-Length: 1\nContent-Length: 2\n\nab",
                "Host: x\nContent-Length: 1\nContent-Length: 1\n\na",
                "Host: x\nContent-Length: 1, 1\n\na",
                "Host: x\nContent-Length: +1\n\na",
                "Host: x\nContent-Length: -1\n\n",
                "Host: x\nContent-Length: 0x1\n\na",
                "Host: x\nContent-Length: 99999999999999999999\n\na",
                "Host: x\nContent-Length : 1\n\na",
                "Host: x\nTransfer-Encoding: chunked\n\nzz\nab\n0\n\n",
                "Host: x\nTransfer-Encoding: chunked\n\n-1\nab\n0\n\n",
                "Host: x\nTransfer-Encoding: chunked\n\n1\nabc\n0\n\n",
                "Host: x\nHost: y\n\n",
                "X: no host\n\n"
            })
    void whatIsAmbiguousReachesNobody(String head) throws Exception {
        Backend orders = backend("orders", Backend.text("ok"));
        Gateway gateway = gateway();

        String answer = talk(gateway, ("POST /orders/ HTTP/1.1\n" + head).replace("\n", "\r\n"));

        assertThat(answer)
                .satisfiesAnyOf(
                        text -> assertThat(text).isEmpty(),
                        text -> assertThat(text).startsWith("HTTP/1.1 400"));
        assertThat(orders.asked).allMatch(asked -> !asked.headers().containsKey("Content-Length"));
    }

    /** The two lengths differ: whoever believed the first would take the rest for a request of its own. */
    @Test
    void twoLengthsNeverReachAnInstance() throws Exception {
        Backend orders = backend("orders", Backend.text("ok"));
        Gateway gateway = gateway();

        String answer = talk(gateway, """
            POST /orders/ HTTP/1.1
            Host: x
            Content-Length: 4
            Transfer-Encoding: chunked
            Connection: close

            0

            GET /orders/smuggled HTTP/1.1
            Host: x

            """.replace("\n", "\r\n"));

        assertThat(answer).startsWith("HTTP/1.1 ");
        assertThat(orders.asked).allSatisfy(asked -> {
            assertThat(asked.uri()).isEqualTo("/");
            assertThat(asked.headers()).doesNotContainKey("Content-Length");
        });
    }

    @Test
    void headsThatAreTooLongAreRefused() throws Exception {
        backend("orders", Backend.text("ok"));
        Gateway gateway = gateway();

        assertThat(talk(gateway, "GET /orders/" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .contains(" 414 ");
        assertThat(talk(gateway, "GET /orders/ HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(17_000) + "\r\n\r\n"))
                .contains(" 431 ");
    }

    /** Fields of this hop (RFC 9110, section 7.6.1), by their names and because {@code Connection} names them. */
    @Test
    void fieldsOfTheConnectionAreNotPassedOnEitherWay() throws Exception {
        Backend orders = backend("orders", exchange -> {
            exchange.getResponseHeaders().set("Keep-Alive", "timeout=5");
            exchange.getResponseHeaders().set("Proxy-Authenticate", "Basic");
            exchange.getResponseHeaders().set("X-End-To-End", "stays");
            Backend.respond(exchange, 200, "ok");
        });

        String answer = talk(gateway(), """
            GET /orders/ HTTP/1.1
            Host: x
            Connection: X-Secret, keep-alive
            Keep-Alive: timeout=5
            Proxy-Authorization: Basic eA==
            TE: gzip
            X-Secret: of this hop
            X-End-To-End: stays

            GET /orders/ HTTP/1.1
            Host: x
            Connection: close

            """.replace("\n", "\r\n"));

        assertThat(answer)
                .startsWith("HTTP/1.1 200")
                .containsIgnoringCase("x-end-to-end: stays")
                .doesNotContainIgnoringCase("keep-alive:")
                .doesNotContainIgnoringCase("proxy-authenticate:");
        assertThat(orders.asked)
                .hasSize(2)
                .first()
                .satisfies(asked -> assertThat(asked.headers())
                        .containsKey("X-end-to-end")
                        .doesNotContainKeys("X-secret", "Keep-alive", "Proxy-authorization", "Te"));
    }
}
