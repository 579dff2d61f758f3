package dev.rollcall.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes on a socket that two readers could take for different requests. */
class SmugglingTest extends GatewayFixture {

    private static Socket connect(Gateway gateway) throws IOException {
        Socket client =
                new Socket(gateway.address().getAddress(), gateway.address().getPort());
        client.setSoTimeout((int) LIMIT.toMillis());
        client.setTcpNoDelay(true);
        return client;
    }

    /** What comes back until the connection is closed. Pieces go out with a pause that lets most of them be read apart; the result must not depend on it. */
    private static String talk(Gateway gateway, String... pieces) throws IOException {
        try (Socket client = connect(gateway)) {
            for (String piece : pieces) {
                client.getOutputStream().write(piece.getBytes(ISO_8859_1));
                await().pollDelay(Duration.ofMillis(pieces.length > 1 ? 50 : 0)).until(() -> true);
            }
            return new String(client.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    /** Requests, line by line; {@code |} stands for the end of a line, {@code ~} for a lone LF, {@code ^} for a lone CR, {@code @} for NUL. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // Lengths that contradict each other, or are no length.
                "POST /orders/ HTTP/1.1|Host: x|Content-Length: 1|Content-Length: 2||ab",
                "POST /orders/ HTTP/1.1|Host: x|Content-Length: 1|Content-Length: 1||a",
                "POST /orders/ HTTP/1.1|Host: x|Content-Length: 1, 1||a",
                "POST /orders/ HTTP/1.1|Host: x|Content-Length: +1||a",
                "POST /orders/ HTTP/1.1|Host: x|Content-Length: -1||",
                "POST /orders/ HTTP/1.1|Host: x|Content-Length: 0x1||a",
                "POST /orders/ HTTP/1.1|Host: x|Content-Length: 1 1||a",
                "POST /orders/ HTTP/1.1|Host: x|Content-Length:||a",
                "POST /orders/ HTTP/1.1|Host: x|Content-Length: 99999999999999999999||a",
                // A length beside an encoding, in either order and spelling.
                "POST /orders/ HTTP/1.1|Host: x|Content-Length: 4|Transfer-Encoding: chunked||0||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: chunked|Content-Length: 4||0||",
                "POST /orders/ HTTP/1.1|Host: x|transfer-encoding:CHUNKED|content-length:4||0||",
                "POST /orders/ HTTP/1.1|Host: x|Content-Length: 0|Transfer-Encoding: chunked||0||",
                // Encodings that not everybody reads alike.
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: chunked, identity||0||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: identity, chunked||0||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: identity|Content-Length: 1||a",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: gzip, chunked||0||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: chunked|Transfer-Encoding: identity||0||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: chunked|Transfer-Encoding: chunked||0||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: xchunked|Content-Length: 1||a",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding:||a",
                "POST /orders/ HTTP/1.0|Host: x|Transfer-Encoding: chunked||0||",
                "POST /orders/ HTTP/1.0|Host: x|Transfer-Encoding: chunked|Content-Length: 4||0||",
                // Names and values with what does not belong there.
                "POST /orders/ HTTP/1.1|Host: x|Content-Length : 1||a",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding : chunked||0||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: chunked@||0||",
                "POST /orders/ HTTP/1.1|Host: x|X: a@b||",
                "POST /orders/ HTTP/1.1|Host: x|X@: a||",
                "POST /orders/ HTTP/1.1|Host: x|X: a^Content-Length: 3||abc",
                "POST /orders/ HTTP/1.1|Host: x|: a||",
                "POST /orders/ HTTP/1.1|Host: x|no colon||",
                // Folded lines, and those that begin with white space elsewhere.
                "POST /orders/ HTTP/1.1|Host: x|X: a| b||",
                "POST /orders/ HTTP/1.1|Host: x|X: a|\tb||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding:| chunked||0||",
                "POST /orders/ HTTP/1.1| Host: x||",
                "POST /orders/ HTTP/1.1|Host: x| ||",
                " POST /orders/ HTTP/1.1|Host: x||",
                // Ends of lines.
                "POST /orders/ HTTP/1.1|Host: x|Content-Length: 1~|a",
                "POST /orders/ HTTP/1.1~Host: x~~",
                "POST /orders/ HTTP/1.1|Host: x~Transfer-Encoding: chunked||0||",
                // Chunks.
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: chunked||zz|ab|0||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: chunked||-1|ab|0||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: chunked||0x1|a|0||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: chunked||1|abc|0||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: chunked||100000000000000001|a|0||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: chunked||100000000||", // 0 in 32 bits
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: chunked||1|a|100000000||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: chunked|| 1|a|0||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: chunked||;x|a|0||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: chunked||1;x~a|0||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: chunked||1;a^b|a|0||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: chunked||1~a|0||",
                // Whom it is for.
                "POST /orders/ HTTP/1.1|Host: x|Host: y||",
                "POST /orders/ HTTP/1.1|X: no host||",
                "POST http://y/orders/ HTTP/1.1|Host: x||",
                "POST http://x@y/orders/ HTTP/1.1|Host: y||",
                "POST /orders/ HTTP/1.0|Host: x|Host: y||"
            })
    void whatIsAmbiguousReachesNobody(String request) throws Exception {
        Backend orders = backend("orders", Backend.text("ok"));
        Gateway gateway = gateway();

        String answer =
                talk(gateway, bytes(request) + bytes("GET /orders/smuggled HTTP/1.1|Host: x|Connection: close||"));

        assertThat(answer)
                .satisfiesAnyOf(
                        text -> assertThat(text).isEmpty(),
                        text -> assertThat(text).startsWith("HTTP/1.1 400").doesNotContain("HTTP/1.1 200"),
                        text -> assertThat(text).startsWith("HTTP/1.0 400").doesNotContain("HTTP/1.1 200"));
        assertThat(orders.completed).isEmpty();
    }

    private static String bytes(String shown) {
        return shown.replace("|", "\r\n").replace('~', '\n').replace('^', '\r').replace('@', '\0');
    }

    /** As they come in pieces, a line that was read already may turn out to go on. */
    @ParameterizedTest
    @ValueSource(strings = {"POST /orders/ HTTP/1.1|Host: x|X: a|# b||", "P#OST /orders/ HTTP/1.1|Host: x|X: a#| b|#|"})
    void foldedLinesAreRefusedInPiecesAsWell(String request) throws Exception {
        Backend orders = backend("orders", Backend.text("ok"));
        Gateway gateway = gateway();

        assertThat(talk(gateway, bytes(request).split("#"))).startsWith("HTTP/1.1 400");
        assertThat(orders.asked).isEmpty();
    }

    /** However they are cut: bytes pass between two decoders when a connection begins. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "G#ET /orders/ HTTP/1.1|Host: x|Connection: close||",
                "#P#U#T /orders/ HTTP/1.1|Host: x|Content-Length: 2|Connection: close||a#b",
                "PRO#PFIND /orders/ HTTP/1.1|Host: x|Connection: close|#|",
                "||#G#ET /orders/ HTTP/1.1|Host: x|Connection: close#||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: chunked|Connection: close||1;ext=\"v\"|a|#0|X:"
                        + " trailer||",
                "POST /orders/ HTTP/1.1|Host: x|Transfer-Encoding: chunked|Connection:"
                        + " close||#2#|a#b|#003|abc#|1|#a|0||",
                "GET http://x/orders/ HTTP/1.1|Host: x|Connection: close||",
                "GET /orders/ HTTP/1.1|Host: x||GET /orders/ HTTP/1.1|Host: x|Connection: close||"
            })
    void whatIsPlainPassesHoweverItIsCut(String request) throws Exception {
        backend("orders", Backend.text("ok"));

        assertThat(talk(gateway(), bytes(request).split("#")))
                .startsWith("HTTP/1.1 200")
                .endsWith("ok");
    }

    /** So that nobody holds connections by heads that never end. */
    @ParameterizedTest
    @ValueSource(strings = {"P", "POST /orders/ HTTP/1.1|Host: x|", "POST /orders/ HTTP/1.1|Host: x|X-Long: a"})
    void headThatDoesNotEndInTimeIsGivenUp(String request) throws Exception {
        Backend orders = backend("orders", Backend.text("ok"));
        Gateway gateway = gateway(options -> options.headTimeout(Duration.ofMillis(200)));

        assertThat(talk(gateway, bytes(request)))
                .satisfiesAnyOf(
                        text -> assertThat(text).startsWith("HTTP/1.1 408"),
                        text -> assertThat(text).isEmpty());
        assertThat(orders.asked).isEmpty();
    }

    @Test
    void headThatDoesNotEndInTimeEndsAConnectionThatServedOthersBefore() throws Exception {
        backend("orders", Backend.text("ok"));
        Gateway gateway = gateway(options -> options.headTimeout(Duration.ofMillis(200)));

        assertThat(talk(gateway, bytes("GET /orders/ HTTP/1.1|Host: x||GET /ord")))
                .startsWith("HTTP/1.1 200")
                .endsWith("ok");
    }

    /** A body may take longer than a head. */
    @Test
    void limitOfAHeadIsNoneOfABody() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        backend("orders", exchange -> {
            arrived.countDown();
            Backend.respond(exchange, 200, new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
        });
        Gateway gateway = gateway(options -> options.headTimeout(Duration.ofMillis(200)));

        try (Socket client = connect(gateway)) {
            OutputStream out = client.getOutputStream();
            out.write(bytes("PUT /orders/ HTTP/1.1|Host: x|Content-Length: 2|Connection: close||a")
                    .getBytes(ISO_8859_1));
            assertThat(arrived.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            await().pollDelay(Duration.ofMillis(600)).until(() -> true); // three times the limit
            out.write('b');
            assertThat(new String(client.getInputStream().readAllBytes(), ISO_8859_1))
                    .startsWith("HTTP/1.1 200")
                    .endsWith("ab");
        }
    }

    @Test
    void connectionIsClosedWhenTheListSaysSoAmongOthers() throws Exception {
        Backend orders = backend("orders", Backend.text("ok"));

        String answer =
                talk(gateway(), bytes("GET /orders/ HTTP/1.1|Host: x|Connection: X-Secret, Close|X-Secret: 1||"));

        assertThat(answer).startsWith("HTTP/1.1 200").endsWith("ok"); // and talk() has come to the connection's end
        assertThat(orders.asked)
                .singleElement()
                .satisfies(asked -> assertThat(asked.headers()).doesNotContainKey("X-secret"));
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
