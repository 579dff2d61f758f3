package dev.rollcall.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.ServiceView;
import dev.rollcall.Snapshot;
import dev.rollcall.Status;
import dev.rollcall.health.Identity;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RollcallGrpcServerTest {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

    private final ServiceFixture orders = ServiceFixture.inMemory();
    private final ServiceView view = orders.rollcall().discover("orders");

    @AfterEach
    void close() {
        orders.close();
    }

    private RollcallGrpcServer.Builder builder() {
        return RollcallGrpcServer.builder(
                        orders.rollcall(),
                        Instance.of("orders", "grpc://127.0.0.1:0"),
                        ServerBuilder.forPort(0).addService(Hello.service(() -> "me")))
                .drainFor(Duration.ofMillis(100));
    }

    private Instance awaitInstance(Predicate<Instance> condition) {
        await().atMost(LONGEST_WAIT).until(() -> view.instances().stream().anyMatch(condition));
        return view.instances().get(0);
    }

    @Test
    void isRegisteredAtThePortThatItListensOn() throws IOException {
        try (RollcallGrpcServer server = builder().start()) {
            Instance instance = awaitInstance(found -> true);
            assertThat(instance.endpoint().port())
                    .isEqualTo(server.server().getPort())
                    .isPositive();
            assertThat(instance.id()).isEqualTo("127.0.0.1:" + server.server().getPort());
            assertThat(Hello.call(orders.channel())).isEqualTo("me");
        }
        await().atMost(LONGEST_WAIT).until(() -> view.instances().isEmpty());
    }

    @Test
    void saysWhoItIsToThoseWhoCheckThatTheAddressIsNotAStrangers() throws IOException {
        try (RollcallGrpcServer server = builder().start()) {
            Instance instance = awaitInstance(found -> true);
            ManagedChannel asking = ManagedChannelBuilder.forAddress(
                            "127.0.0.1", server.server().getPort())
                    .usePlaintext()
                    .build();
            try {
                HealthCheckRequest request = HealthCheckRequest.newBuilder()
                        .setService(Identity.of(instance).healthServiceName())
                        .build();
                assertThat(HealthGrpc.newBlockingStub(asking).check(request).getStatus())
                        .isEqualTo(ServingStatus.SERVING);
            } finally {
                asking.shutdownNow();
            }
        }
    }

    @Test
    void followsTheHealthService() throws IOException {
        try (RollcallGrpcServer server = builder().start()) {
            awaitInstance(instance -> instance.status() == Status.UP);
            server.health().setStatus("", ServingStatus.NOT_SERVING);
            awaitInstance(instance -> instance.status() == Status.OUT_OF_SERVICE);
            server.health().setStatus("", ServingStatus.SERVING);
            awaitInstance(instance -> instance.status() == Status.UP);
        }
    }

    @Test
    void isNeverUpBeforeItsHealthServiceSaysSo() throws IOException {
        HealthStatusManager health = new HealthStatusManager();
        try (RollcallGrpcServer server = builder().health(health, "hello.Hello").start()) {
            assertThat(server.registration().instance().status()).isEqualTo(Status.OUT_OF_SERVICE);
            health.setStatus("hello.Hello", ServingStatus.SERVING);
            awaitInstance(instance -> instance.status() == Status.UP);
        }
    }

    @Test
    void drainsThenDeregistersThenFinishesCallsThenEnds() throws IOException {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        RollcallGrpcServer server = RollcallGrpcServer.builder(
                        orders.rollcall(),
                        Instance.of("orders", "grpc://127.0.0.1:0"),
                        ServerBuilder.forPort(0).addService(Hello.service(() -> {
                            reached.countDown();
                            awaitUninterruptedly(answer);
                            return "late";
                        })))
                .drainFor(Duration.ofMillis(100))
                .start();
        ManagedChannel channel = orders.channel();
        CompletableFuture<String> call = CompletableFuture.supplyAsync(() -> Hello.call(channel));
        awaitUninterruptedly(reached);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
        await().atMost(LONGEST_WAIT).until(() -> view.instances().isEmpty());
        assertThat(server.registration().state().phase()).isEqualTo(Phase.CLOSED);
        assertThat(server.server().isTerminated()).isFalse();
        answer.countDown();
        assertThat(call).succeedsWithin(LONGEST_WAIT).isEqualTo("late");
        assertThat(closing).succeedsWithin(LONGEST_WAIT);
        assertThat(server.server().isTerminated()).isTrue();
        server.close();
    }

    @Test
    void consumersSeeItDrainBeforeItGoes() throws IOException {
        List<Status> seen = new CopyOnWriteArrayList<>();
        RollcallGrpcServer server = builder().drainFor(Duration.ofSeconds(1)).start();
        awaitInstance(instance -> true);
        view.listen((Reading<Snapshot> reading) ->
                reading.value().ifPresent(now -> now.instances().forEach(instance -> seen.add(instance.status()))));
        server.close();
        assertThat(seen).contains(Status.DRAINING).doesNotContain(Status.OUT_OF_SERVICE);
    }

    @Test
    void aPortThatIsTakenRegistersNothing() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            ServerBuilder<?> server = ServerBuilder.forPort(taken.getLocalPort());
            assertThatIOException()
                    .isThrownBy(() -> RollcallGrpcServer.builder(
                                    orders.rollcall(), Instance.of("orders", "grpc://127.0.0.1:0"), server)
                            .start());
        }
        assertThat(view.reading().value())
                .hasValueSatisfying(now -> assertThat(now.instances()).isEmpty());
    }

    @Test
    void aSecondRegistrationOfOneIdStopsTheServerAgain() throws IOException {
        Instance instance = Instance.of("orders", "grpc://127.0.0.1:0").withId("me");
        try (RollcallGrpcServer first = RollcallGrpcServer.builder(
                        orders.rollcall(), instance, ServerBuilder.forPort(0))
                .drainFor(Duration.ZERO)
                .start()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> RollcallGrpcServer.builder(orders.rollcall(), instance, ServerBuilder.forPort(0))
                            .start())
                    .withMessageContaining("is registered by this client already");
            assertThat(first.server().isShutdown()).isFalse();
        }
    }

    @Test
    void whoStartsWhileTheJvmShutsDownIsNotLeftRegistered() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StartedTooLate.class.getName())
                .redirectError(Redirect.INHERIT)
                .start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.lines())
                    .containsExactly("IllegalStateException: Shutdown in progress", "the id is free again");
            assertThat(process.waitFor(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void refusesTimesThatMakeNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().drainFor(Duration.ofSeconds(-1)))
                .withMessage("drainFor: PT-1S (expected: zero to 1 h)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().terminateWithin(Duration.ofHours(2)))
                .withMessage("terminateWithin: PT2H (expected: zero to 1 h)");
    }

    private static void awaitUninterruptedly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
