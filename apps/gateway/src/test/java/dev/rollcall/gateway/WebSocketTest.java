package dev.rollcall.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** WebSockets of the JDK's client to a Vert.x server. */
class WebSocketTest extends GatewayFixture {

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
}
