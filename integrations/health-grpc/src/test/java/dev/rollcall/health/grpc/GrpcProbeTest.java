package dev.rollcall.health.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.health.ProbeResult;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GrpcProbeTest extends HealthServiceTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    @Test
    void theServersOwnStatusDecides() throws InterruptedException {
        assertThat(GrpcProbe.ofServer().probe(instance(), PATIENT))
                .isEqualTo(ProbeResult.passed("gRPC health of 127.0.0.1:" + server.getPort() + ": SERVING"));

        health.enterTerminalState();

        assertThat(GrpcProbe.ofServer().probe(instance(), PATIENT))
                .isEqualTo(ProbeResult.failed("gRPC health of 127.0.0.1:" + server.getPort() + ": NOT_SERVING"));
    }

    @Test
    void aServicesStatusDecidesAndAnUnknownOneFails() throws InterruptedException {
        String longName = "shop.v1." + "O".repeat(300);
        health.setStatus("shop.v1.Orders", ServingStatus.SERVING);
        health.setStatus(longName, ServingStatus.NOT_SERVING);

        assertThat(GrpcProbe.of("shop.v1.Orders").probe(instance(), PATIENT).passed())
                .isTrue();
        assertThat(GrpcProbe.of(longName).probe(instance(), PATIENT).passed()).isFalse();
        assertThat(GrpcProbe.of("shop.v1.Stranger").probe(instance(), PATIENT).detail())
                .contains("shop.v1.Stranger", "NOT_FOUND");
    }

    @Test
    void aServerWithoutAHealthServiceFails() throws IOException, InterruptedException {
        Server bare = ServerBuilder.forPort(0).build().start();
        try {
            assertThat(GrpcProbe.ofServer()
                            .probe(Instance.of("orders", "grpc://127.0.0.1:" + bare.getPort()), PATIENT)
                            .detail())
                    .contains("UNIMPLEMENTED");
        } finally {
            bare.shutdownNow().awaitTermination();
        }
    }

    @Test
    void aRefusedConnectionFailsAtOnce() throws InterruptedException {
        Instance gone = instance();
        server.shutdownNow().awaitTermination();

        assertThat(GrpcProbe.ofServer().probe(gone, PATIENT).detail()).contains("UNAVAILABLE");
    }

    @Test
    void aServerThatNeverAnswersFailsAtTheTimeout() throws IOException, InterruptedException {
        try (ServerSocket silent = new ServerSocket(0)) {
            assertThat(GrpcProbe.ofServer()
                            .probe(Instance.of("orders", "grpc://127.0.0.1:" + silent.getLocalPort()), SHORT)
                            .detail())
                    .contains("DEADLINE_EXCEEDED");
        }
    }

    @Test
    void whatIsNotGrpcFails() throws IOException, InterruptedException {
        try (ServerSocket web = new ServerSocket(0)) {
            Thread answering = new Thread(() -> answerAsHttp1(web));
            answering.setDaemon(true);
            answering.start();

            ProbeResult result = GrpcProbe.ofServer()
                    .probe(Instance.of("orders", "grpc://127.0.0.1:" + web.getLocalPort()), PATIENT);

            assertThat(result.passed()).isFalse();
            assertThat(result.detail()).contains("First received frame was not SETTINGS");
        }
    }

    @Test
    void theGrpcEndpointIsAskedUnlessAnotherPlaceIsNamed() throws InterruptedException {
        Instance several = Instance.of("orders", "http://127.0.0.1:9", "grpc://127.0.0.1:" + server.getPort());
        assertThat(GrpcProbe.ofServer().probe(several, PATIENT).passed()).isTrue();

        Instance elsewhere = Instance.of("orders", "grpc://no-such-host.invalid:80");
        assertThat(GrpcProbe.ofServer()
                        .at(new Endpoint("grpc", "127.0.0.1", server.getPort()))
                        .probe(elsewhere, PATIENT)
                        .passed())
                .isTrue();
    }

    private Instance instance() {
        return Instance.of("orders", "grpc://127.0.0.1:" + server.getPort());
    }

    private static void answerAsHttp1(ServerSocket web) {
        try (Socket connection = web.accept()) {
            connection.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            connection.shutdownOutput();
            InputStream in = connection.getInputStream();
            while (in.read() >= 0) {
                // Until the client has had enough.
            }
        } catch (IOException e) {
            // The test is over.
        }
    }
}
