package dev.rollcall.testing.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.testing.servers.TcpProxy.Direction;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TcpProxyTest {

    private static final int LIMIT_MILLIS = 20_000;

    private EchoServer echo;
    private TcpProxy proxy;

    @BeforeEach
    void start() throws IOException {
        echo = new EchoServer();
        proxy = TcpProxy.to("127.0.0.1:" + echo.port());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void passesBothWaysAndCounts() throws IOException {
        try (Socket client = connect()) {
            assertThat(roundTrip(client, "hello")).isEqualTo("hello");
            assertThat(proxy.connections()).isOne();
            assertThat(proxy.accepted()).isOne();
        }
        await().until(() -> proxy.connections() == 0);
    }

    @Test
    void passesManyBytesInOrderWhileTheReaderIsSlow() throws IOException {
        byte[] sent = new byte[20 * 1024 * 1024];
        new Random(1).nextBytes(sent);
        try (Socket client = connect()) {
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(client, sent));
            await().until(() -> proxy.heldBytes(Direction.SERVER_TO_CLIENT) >= Flow.LIMIT_BYTES);
            byte[] received = client.getInputStream().readNBytes(sent.length);
            assertThat(received).isEqualTo(sent);
            writer.join();
            assertThat(proxy.heldBytes(Direction.SERVER_TO_CLIENT)).isZero();
        }
    }

    @Test
    void passesTheEndOfOneDirectionAndKeepsTheOther() throws IOException {
        try (Socket client = connect()) {
            client.getOutputStream().write("last words".getBytes(StandardCharsets.UTF_8));
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("last words");
        }
        await().until(() -> proxy.connections() == 0);
    }

    @Test
    void cutResetsOpenConnectionsAndRefusesNewOnesUntilHealed() throws IOException {
        try (Socket client = connect()) {
            roundTrip(client, "before");
            proxy.cut();
            assertThat(proxy.connections()).isZero();
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        }
        proxy.heal();
        try (Socket client = connect()) {
            assertThat(roundTrip(client, "after")).isEqualTo("after");
        }
    }

    @Test
    void resetEndsOpenConnectionsAndWelcomesNewOnes() throws IOException {
        try (Socket client = connect()) {
            roundTrip(client, "before");
            proxy.reset();
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        try (Socket client = connect()) {
            assertThat(roundTrip(client, "after")).isEqualTo("after");
        }
    }

    @Test
    void freezeKeepsOldAndNewConnectionsOpenAndPassesNothingUntilThawed() throws IOException {
        try (Socket old = connect()) {
            roundTrip(old, "before");
            proxy.freeze();
            try (Socket fresh = connect()) {
                for (Socket client : List.of(old, fresh)) {
                    write(client, "frozen".getBytes(StandardCharsets.UTF_8));
                }
                await().until(() -> proxy.heldBytes(Direction.CLIENT_TO_SERVER) == 12);
                assertSilent(old);
                assertSilent(fresh);
                proxy.thaw();
                assertThat(read(old, 6)).isEqualTo("frozen");
                assertThat(read(fresh, 6)).isEqualTo("frozen");
            }
        }
    }

    @Test
    void freezeHidesTheDeathOfTheServer() throws IOException {
        try (Socket client = connect()) {
            roundTrip(client, "before");
            proxy.freeze();
            echo.close();
            try (Socket late = connect()) {
                assertSilent(client);
                assertSilent(late);
                proxy.thaw();
                assertEnded(client);
                assertEnded(late);
            }
        }
        await().until(() -> proxy.connections() == 0);
    }

    @Test
    void holdKeepsOneDirectionBackAndReleasesItInOrder() throws IOException {
        try (Socket client = connect()) {
            proxy.hold(Direction.CLIENT_TO_SERVER);
            write(client, "one ".getBytes(StandardCharsets.UTF_8));
            await().until(() -> proxy.heldBytes(Direction.CLIENT_TO_SERVER) == 4);
            write(client, "two".getBytes(StandardCharsets.UTF_8));
            await().until(() -> proxy.heldBytes(Direction.CLIENT_TO_SERVER) == 7);
            assertThat(echo.received()).isZero();
            proxy.release(Direction.CLIENT_TO_SERVER);
            assertThat(read(client, 7)).isEqualTo("one two");
            assertThat(roundTrip(client, "free")).isEqualTo("free");
        }
    }

    @Test
    void holdOfAnswersLetsRequestsPass() throws IOException {
        try (Socket client = connect()) {
            proxy.hold(Direction.SERVER_TO_CLIENT);
            write(client, "request".getBytes(StandardCharsets.UTF_8));
            await().until(() -> echo.received() == 7);
            await().until(() -> proxy.heldBytes(Direction.SERVER_TO_CLIENT) == 7);
            assertSilent(client);
            proxy.heal();
            assertThat(read(client, 7)).isEqualTo("request");
        }
    }

    @Test
    void holdFromKeepsBackWhatFollowsTheMatchOnThatConnectionAlone() throws IOException {
        proxy.holdFrom(
                Direction.CLIENT_TO_SERVER,
                bytes -> StandardCharsets.UTF_8.decode(bytes).toString().contains("watch"));
        try (Socket watcher = connect();
                Socket other = connect()) {
            assertThat(roundTrip(watcher, "list")).isEqualTo("list");
            write(watcher, "watch".getBytes(StandardCharsets.UTF_8));
            await().until(() -> proxy.heldBytes(Direction.CLIENT_TO_SERVER) == 5);
            assertThat(roundTrip(other, "put")).isEqualTo("put");
            assertSilent(watcher);
            proxy.release(Direction.CLIENT_TO_SERVER);
            assertThat(read(watcher, 5)).isEqualTo("watch");
        }
    }

    @Test
    void delayAppliesToEachDirectionAndEndsWhenHealed() throws IOException {
        try (Socket client = connect()) {
            proxy.delay(Duration.ofMillis(100));
            long start = System.nanoTime();
            roundTrip(client, "slow");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));

            proxy.delay(Direction.CLIENT_TO_SERVER, Duration.ofHours(1));
            write(client, "stuck".getBytes(StandardCharsets.UTF_8));
            await().until(() -> proxy.heldBytes(Direction.CLIENT_TO_SERVER) == 5);
            proxy.heal();
            assertThat(read(client, 5)).isEqualTo("stuck");
        }
    }

    @Test
    void anUnreachableServerIsAResetForTheClientAndNotForTheProxy() throws IOException {
        echo.close();
        try (Socket client = connect()) {
            assertEnded(client);
        }
        await().until(() -> proxy.connections() == 0);
    }

    @Test
    void manyConnectionsTakeOneThread() throws IOException {
        List<Socket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                clients.add(connect());
            }
            await().until(() -> proxy.connections() == 200);
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().equals("proxy " + proxy.port()))
                    .hasSize(1);
            assertThat(roundTrip(clients.get(199), "last")).isEqualTo("last");
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
        await().until(() -> proxy.connections() == 0);
    }

    @Test
    void closeIsIdempotentEndsConnectionsAndItsThread() throws IOException {
        try (Socket client = connect()) {
            roundTrip(client, "before");
            proxy.close();
            proxy.close();
            assertEnded(client);
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("proxy " + proxy.port()));
        assertThatThrownBy(proxy::cut).isInstanceOf(IllegalStateException.class).hasMessageContaining("is closed");
    }

    @Test
    void namesWhatItExpected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TcpProxy.to("localhost"))
                .withMessage("endpoint: localhost (expected: host:port)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proxy.delay(Duration.ofMillis(-1)))
                .withMessageContaining("expected: from zero to one hour");
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        try {
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.connect(new InetSocketAddress(Ports.LOOPBACK, proxy.port()));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static String roundTrip(Socket client, String text) throws IOException {
        write(client, text.getBytes(StandardCharsets.UTF_8));
        return read(client, text.length());
    }

    private static void write(Socket client, byte[] bytes) {
        try {
            client.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String read(Socket client, int count) throws IOException {
        client.setSoTimeout(LIMIT_MILLIS);
        return new String(client.getInputStream().readNBytes(count), StandardCharsets.UTF_8);
    }

    /** Nothing arrives, neither a byte nor the end. */
    private static void assertSilent(Socket client) throws IOException {
        client.setSoTimeout(50);
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
    }

    private static void assertEnded(Socket client) throws IOException {
        client.setSoTimeout(LIMIT_MILLIS);
        try {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }
}
