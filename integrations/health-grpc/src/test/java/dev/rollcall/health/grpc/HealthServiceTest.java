package dev.rollcall.health.grpc;

import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Against grpc-java's own health service: each test has a server with one. */
abstract class HealthServiceTest {
    static final Duration PATIENT = Duration.ofSeconds(30);

    final HealthStatusManager health = new HealthStatusManager();
    Server server;

    @BeforeEach
    void start() throws IOException {
        server = ServerBuilder.forPort(0)
                .addService(health.getHealthService())
                .build()
                .start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.shutdownNow().awaitTermination();
    }
}
