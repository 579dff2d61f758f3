package dev.rollcall.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** WebSockets of the JDK's client to a Vert.x server. */
class WebSocketTest extends GatewayFixture {
    private static final int TOTAL_BYTES = 64 * 1024 * 1024;

    private static final class Received implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<String> message = new CompletableFuture<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                message.complete(text.toString());
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null;
        }
    }

    private int server(boolean accept) throws Exception {
        Vertx vertx = Vertx.vertx();
        opened((AutoCloseable)
                () -> vertx.close().toCompletionStage().toCompletableFuture().get());
        HttpServer server = vertx.createHttpServer();
        if (accept) {
            server.webSocketHandler(
                    socket -> socket.textMessageHandler(text -> socket.writeTextMessage(socket.path() + " " + text)));
        } else {
            server.requestHandler(
                    request -> request.response().setStatusCode(403).end("no"));
        }
        return server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get()
                .actualPort();
    }

    private CompletableFuture<WebSocket> open(Gateway gateway, Received received) {
        return http.newWebSocketBuilder()
                .connectTimeout(LIMIT)
                .buildAsync(URI.create("ws://127.0.0.1:" + gateway.address().getPort() + "/chat/room?x=1"), received);
    }

    private void register(int port) throws Exception {
        rollcall.register(Instance.of("chat", "http://127.0.0.1:" + port)).awaitRegistered(LIMIT);
    }

    @Test
    void messagesPassInBothDirectionsAndTheEndAsWell() throws Exception {
        register(server(true));
        Gateway gateway = gateway();
        Received received = new Received();

        WebSocket socket = open(gateway, received).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        socket.sendText("x".repeat(100_000), true).get(LIMIT.toSeconds(), TimeUnit.SECONDS);

        assertThat(received.message.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("/room " + "x".repeat(100_000));
        assertThat(gateway.traffic().get("chat").values())
                .singleElement()
                .extracting(InstanceTraffic::inFlight)
                .isEqualTo(1);
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(received.closed.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(WebSocket.NORMAL_CLOSURE);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(gateway.traffic().get("chat").values())
                        .containsExactly(new InstanceTraffic(1, 0, 0)));
    }

    @Test
    void handshakeGoesToAnotherInstanceWhenOneDoesNotListen() throws Exception {
        backend("chat", Backend.text("never")).stopListening();
        register(server(true));
        Gateway gateway = gateway();

        for (int i = 0; i < 10; i++) {
            Received received = new Received();
            WebSocket socket = open(gateway, received).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            socket.sendText("hello", true).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(received.message.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo("/room hello");
            socket.abort();
        }
    }

    @Test
    void refusalOfAnInstanceIsPassedOn() throws Exception {
        register(server(false));
        Gateway gateway = gateway();

        assertThatThrownBy(() -> open(gateway, new Received()).get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(403));
    }

    /** Bytes of two ends that agree on nothing but the handshake: what the gateway adds to it would be a lie. */
    @Test
    void extensionsAreAgreedOnByTheTwoEndsAlone() throws Exception {
        try (RawServer server = new RawServer()) {
            register(server.port());
            Gateway gateway = gateway();
            try (Socket client = server.handshake(gateway, "Sec-WebSocket-Extensions: permessage-deflate\r\n")) {
                assertThat(server.head()).containsIgnoringCase("sec-websocket-extensions: permessage-deflate");
                assertThat(head(client.getInputStream()))
                        .startsWith("HTTP/1.1 101")
                        .doesNotContainIgnoringCase("sec-websocket-extensions");
            }
        }
    }

    /** Far more than sockets and the gateway's queues hold, in frames of any length as nobody looks into them. */
    @Test
    void whoDoesNotReadHoldsUpWhoSendsInEitherDirection() throws Exception {
        try (RawServer server = new RawServer()) {
            register(server.port());
            Gateway gateway = gateway();
            try (Socket client = server.handshake(gateway, "")) {
                server.head();
                Socket instance = server.accepted();
                assertThat(head(client.getInputStream())).startsWith("HTTP/1.1 101");

                assertHeldUp(instance, client);
                assertHeldUp(client, instance);
            }
        }
    }

    private void assertHeldUp(Socket sender, Socket reader) throws Exception {
        AtomicLong written = new AtomicLong();
        Thread writing = new Thread(() -> {
            try {
                byte[] chunk = new byte[64 * 1024];
                for (int i = 0; i < TOTAL_BYTES / chunk.length; i++) {
                    sender.getOutputStream().write(chunk);
                    written.addAndGet(chunk.length);
                }
            } catch (IOException e) {
                written.set(-1);
            }
        });
        writing.start();
        AtomicLong last = new AtomicLong(-1);
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(300)).until(() -> {
            long now = written.get();
            return now != 0 && last.getAndSet(now) == now;
        });
        assertThat(written.get()).isPositive().isLessThan(TOTAL_BYTES / 2);
        assertThat(reader.getInputStream().readNBytes(TOTAL_BYTES)).hasSize(TOTAL_BYTES);
        writing.join(LIMIT.toMillis());
        assertThat(written).hasValue(TOTAL_BYTES);
    }

    /** A head, byte by byte, so that nothing of what follows is taken. */
    private static String head(InputStream from) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = from.read();
            if (next < 0) {
                throw new IOException("ended after: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    /** Takes one connection, accepts the handshake and speaks no WebSocket. */
    private static final class RawServer implements AutoCloseable {
        private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final CompletableFuture<Socket> accepted = new CompletableFuture<>();
        private final CompletableFuture<String> head = new CompletableFuture<>();

        RawServer() throws IOException {
            Thread accepting = new Thread(() -> {
                try {
                    Socket socket = listening.accept();
                    head.complete(WebSocketTest.head(socket.getInputStream()));
                    socket.getOutputStream()
                            .write(
                                    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                                            .getBytes(US_ASCII));
                    accepted.complete(socket);
                } catch (IOException e) {
                    accepted.completeExceptionally(e);
                }
            });
            accepting.start();
        }

        int port() {
            return listening.getLocalPort();
        }

        Socket handshake(Gateway gateway, String fields) throws IOException {
            Socket client =
                    new Socket(gateway.address().getAddress(), gateway.address().getPort());
            client.setSoTimeout((int) LIMIT.toMillis());
            client.getOutputStream()
                    .write(("GET /chat/ HTTP/1.1\r\n"
                                    + "Host: x\r\n"
                                    + "Connection: keep-alive, Upgrade\r\n"
                                    + "Upgrade: websocket\r\n"
                                    + "Sec-WebSocket-Version: 13\r\n"
                                    + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                                    + fields + "\r\n")
                            .getBytes(US_ASCII));
            return client;
        }

        String head() throws Exception {
            return head.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }

        Socket accepted() throws Exception {
            Socket socket = accepted.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            socket.setSoTimeout((int) LIMIT.toMillis());
            return socket;
        }

        @Override
        public void close() throws IOException {
            listening.close();
            Socket socket = accepted.getNow(null);
            if (socket != null) {
                socket.close();
            }
        }
    }
}
