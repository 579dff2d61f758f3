package dev.rollcall.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which connections to instances are used again. The instance never closes one, so it depends on the gateway alone. */
class KeptConnectionsTest extends GatewayFixture {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nKeep-Alive: timeout=5, max=100\r\n\r\nok",
                "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok",
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"
            })
    void aConnectionThatTheInstanceKeepsIsUsedAgain(String answer) throws Exception {
        assertThat(connectionsForThreeRequests(answer)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: Close, x\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nKeep-Alive: timeout=0\r\n\r\nok",
                "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"
            })
    void aConnectionThatTheInstanceWouldCloseIsNot(String answer) throws Exception {
        assertThat(connectionsForThreeRequests(answer)).isEqualTo(3);
    }

    private int connectionsForThreeRequests(String answer) throws IOException, InterruptedException {
        RawServer server = opened(new RawServer(answer));
        Gateway gateway = gateway(server);
        for (int i = 0; i < 3; i++) {
            get(gateway, "/orders/");
        }
        return server.connections();
    }

    @Test
    void aConnectionWhoseRequestHasNotEndedIsNot() throws Exception {
        RawServer server = opened(new RawServer("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno"));
        Gateway gateway = gateway(server);
        try (Socket client =
                new Socket(InetAddress.getLoopbackAddress(), gateway.address().getPort())) {
            client.setSoTimeout((int) LIMIT.toMillis());
            client.getOutputStream()
                    .write("POST /orders/ HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf "
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] status = client.getInputStream().readNBytes("HTTP/1.1 413".length());
            assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 413");
        }

        assertThat(get(gateway, "/orders/").statusCode()).isEqualTo(413);
        assertThat(server.connections()).isEqualTo(2);
    }

    private Gateway gateway(RawServer server) throws IOException, InterruptedException {
        rollcall.register(Instance.of("orders", "http://127.0.0.1:" + server.port()))
                .awaitRegistered(LIMIT);
        return gateway(options -> options.eventLoops(1));
    }
}
