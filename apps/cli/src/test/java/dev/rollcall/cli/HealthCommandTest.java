package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.rollcall.testing.servers.EtcdServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --health} against a real store, with real processes. */
class HealthCommandTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static EtcdServers etcd;

    @BeforeAll
    static void startStore() {
        etcd = EtcdServers.start();
    }

    @AfterAll
    static void stopStore() {
        etcd.close();
    }

    @Test
    void aRegisteredServerThatAnswers500IsOutOfServiceUntilItRecovers() throws IOException {
        AtomicInteger status = new AtomicInteger(200);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        server.start();
        String id = "127.0.0.1:" + server.getAddress().getPort();
        try (RollcallProcess registered =
                start("register", List.of("web", "http://" + id, "--health", "http:/health", "--interval", "50ms"))) {
            registered.awaitOut(line -> line.endsWith(" healthy, in service: GET http://" + id + "/health: HTTP 200"));
            awaitListed("web", "up");

            status.set(500);
            registered.awaitOut(
                    line -> line.endsWith("unhealthy, out of service: GET http://" + id + "/health: HTTP 500"));
            awaitListed("web", "out_of_service");

            status.set(204);
            registered.awaitOut(line -> line.endsWith(" healthy, in service: GET http://" + id + "/health: HTTP 204"));
            awaitListed("web", "up");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aProgramIsInServiceWhileItsCommandPasses(@TempDir Path directory) throws IOException {
        Path ready = directory.resolve("ready");
        List<String> health = List.of(
                "--health",
                "cmd:test -e " + ready + " || { echo not ready; exit 3; }",
                "--interval",
                "50ms",
                "--rise",
                "1",
                "--fall",
                "2");
        try (RollcallProcess run = startProgram("batch", RunCommandTest.freePort(), health)) {
            run.awaitErr(line -> line.endsWith("unhealthy, out of service: running sh: exit code 3: not ready"));
            awaitListed("batch", "out_of_service");

            Files.createFile(ready);
            run.awaitErr(line -> line.endsWith(" healthy, in service: running sh: exit code 0"));
            awaitListed("batch", "up");

            Files.delete(ready);
            awaitListed("batch", "out_of_service");
        }
    }

    @Test
    void tcpIsAskedAtTheProgramsOwnPort() {
        int port = RunCommandTest.freePort();
        try (RollcallProcess run = startProgram("plain", port, List.of("--health", "tcp"))) {
            run.awaitErr(line -> line.endsWith(" healthy, in service: connecting to 127.0.0.1:" + port + ": accepted"));
            awaitListed("plain", "up");
        }
    }

    @Test
    void whatSpeaksNoGrpcFailsItsGrpcCheck() {
        try (RollcallProcess run = startProgram(
                "mute", RunCommandTest.freePort(), List.of("--health", "grpc", "--health-timeout", "1s"))) {
            run.awaitErr(line -> line.contains("unhealthy, out of service: gRPC health of 127.0.0.1:"));
            awaitListed("mute", "out_of_service");
        }
    }

    private static RollcallProcess startProgram(String service, int port, List<String> health) {
        List<String> arguments = new ArrayList<>(List.of("--service", service, "--port", Integer.toString(port)));
        arguments.addAll(health);
        arguments.add("--");
        arguments.addAll(ListeningProgram.command(port));
        return start("run", arguments);
    }

    private static RollcallProcess start(String command, List<String> arguments) {
        List<String> all = new ArrayList<>(List.of(command, "--registry", etcd.uri()));
        all.addAll(arguments);
        return RollcallProcess.start(all.toArray(new String[0]));
    }

    private static void awaitListed(String service, String status) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
            CapturedTerminal list = new CapturedTerminal();
            assertThat(list.run("list", service, "-o", "json", "--registry", etcd.uri()))
                    .isZero();
            assertThat(list.out()).containsOnlyOnce("\"status\":\"" + status + "\"");
        });
    }
}
