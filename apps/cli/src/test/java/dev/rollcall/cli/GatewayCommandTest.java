package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import dev.rollcall.embedded.EmbeddedRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayCommandTest {
    private static final String READY = "gateway ready at ";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** The JDK's HTTP/2 fails what is under way when a server says that it goes away. */
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void answersWhatIsUnderWayWhenItIsStopped(@TempDir Path directory) throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/slow", exchange -> {
            arrived.countDown();
            await(release);
            exchange.sendResponseHeaders(200, 4);
            exchange.getResponseBody().write(new byte[] {'d', 'o', 'n', 'e'});
            exchange.close();
        });
        server.start();
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(directory, 0, "127.0.0.1");
                Rollcall rollcall = Rollcall.connect(registry.uri().toString())) {
            rollcall.register(Instance.of(
                            "orders", "http://127.0.0.1:" + server.getAddress().getPort()))
                    .awaitRegistered(LIMIT);
            stopDuringARequest(registry.uri().toString(), arrived, release);
        } finally {
            release.countDown();
            server.stop(0);
        }
    }

    private void stopDuringARequest(String registry, CountDownLatch arrived, CountDownLatch release) throws Exception {
        try (RollcallProcess gateway = RollcallProcess.start(
                "gateway",
                "--listen",
                "127.0.0.1:0",
                "--metrics",
                "127.0.0.1:0",
                "--console",
                "127.0.0.1:0",
                "--registry",
                registry,
                "--timeout",
                "30s",
                "--access-log")) {
            String address = gateway.awaitOut(line -> line.startsWith(READY)).substring(READY.length());
            String metrics =
                    gateway.awaitOut(line -> line.startsWith("  metrics  ")).substring("  metrics  ".length());
            String console =
                    gateway.awaitOut(line -> line.startsWith("  console  ")).substring("  console  ".length());
            assertThat(get(metrics)).contains("rollcall_gateway_requests_in_flight 0");
            assertThat(get(console)).contains("<html");

            CompletableFuture<HttpResponse<String>> slow = http.sendAsync(
                    HttpRequest.newBuilder(URI.create(address + "/orders/slow"))
                            .timeout(LIMIT)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            await(arrived);
            gateway.signal("TERM");
            gateway.awaitOut(line -> line.equals("draining, for up to 10s"));
            release.countDown();

            assertThat(slow.get(LIMIT.toSeconds(), TimeUnit.SECONDS).body()).isEqualTo("done");
            assertThat(gateway.exitCode()).isZero();
            assertThat(gateway.out()).last().isEqualTo("gateway stopped");
            assertThat(gateway.out())
                    .anySatisfy(
                            line -> assertThat(line).startsWith("127.0.0.1 GET /orders/slow HTTP_1_1 200 in=0 out=4 "));
            assertThat(gateway.err()).isEmpty();
        }
    }

    private String get(String uri) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(URI.create(uri)).timeout(LIMIT).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void comesUpWithoutItsRegistryAndSaysSo() throws Exception {
        try (RollcallProcess gateway = RollcallProcess.start(
                "gateway", "--listen", "127.0.0.1:0", "--registry", "zookeeper://127.0.0.1:1", "--timeout", "300ms")) {
            String address = gateway.awaitOut(line -> line.startsWith(READY)).substring(READY.length());

            HttpResponse<String> response = http.send(
                    HttpRequest.newBuilder(URI.create(address + "/orders/x"))
                            .timeout(LIMIT)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body())
                    .contains("rules_unknown", "has not answered")
                    .doesNotContain("zookeeper", "127.0.0.1:1"); // where the registry is does not concern clients
            assertThat(gateway.err()).singleElement().asString().contains("does not answer", "Requests get 503");
        }
    }

    @Test
    void addressThatIsTakenIsOneLine() throws Exception {
        HttpServer taken = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        taken.start();
        try (RollcallProcess gateway = RollcallProcess.start(
                "gateway",
                "--listen",
                "127.0.0.1:" + taken.getAddress().getPort(),
                "--registry",
                "memory:gateway-command-test")) {
            assertThat(gateway.exitCode()).isEqualTo(1);
            assertThat(gateway.err())
                    .singleElement()
                    .asString()
                    .contains("can't listen on 127.0.0.1:" + taken.getAddress().getPort(), "already in use");
        } finally {
            taken.stop(0);
        }
    }

    @Test
    void wrongUsageIsOneLine() {
        CapturedTerminal terminal = new CapturedTerminal();

        assertThat(terminal.run("gateway", "--listen", "nowhere:many")).isEqualTo(2);
        assertThat(terminal.run("gateway", "--tls-cert", "c.pem", "--registry", "memory:usage"))
                .isEqualTo(2);
        assertThat(terminal.err().lines()).hasSize(2);
        assertThat(terminal.err()).contains("nowhere", "--tls-cert and --tls-key go together");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
