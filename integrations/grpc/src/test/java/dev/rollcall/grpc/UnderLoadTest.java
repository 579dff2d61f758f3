package dev.rollcall.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Registration;
import dev.rollcall.testing.servers.ChildJvm;
import dev.rollcall.testing.servers.EtcdServers;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real servers, registered in a real etcd, while calls go on without a pause: what may fail, and what may not. */
class UnderLoadTest {
    private static final int MANY = 1_000;

    private static EtcdServers etcd;
    private ServiceFixture orders;

    @BeforeAll
    static void startEtcd() {
        etcd = EtcdServers.start();
    }

    @AfterAll
    static void stopEtcd() {
        etcd.close();
    }

    @BeforeEach
    void open() {
        orders = new ServiceFixture(etcd.uri());
    }

    @AfterEach
    void close() {
        orders.close();
    }

    @Test
    void anAddedInstanceFailsNoCall() {
        orders.serve("a");
        try (Load load = new Load(orders.channel())) {
            load.awaitAnswersFrom(MANY, "a");
            orders.serve("b");
            load.awaitAnswersFrom(MANY, "a", "b");
            load.assertNothingFailed();
        }
    }

    @Test
    void aRemovedInstanceFailsNoCall() {
        orders.serve("a");
        orders.serve("b");
        try (Load load = new Load(orders.channel())) {
            load.awaitAnswersFrom(MANY, "a", "b");
            orders.registration("b").close();
            orders.server("b").shutdown();
            load.awaitAnswersFrom(MANY, "a");
            load.assertNothingFailed();
        }
    }

    @Test
    void aDrainedServerFailsNoCall() throws IOException, InterruptedException {
        orders.serve("a");
        try (ChildJvm other = ServerProcess.start(etcd.uri(), "b");
                Load load = new Load(orders.channel())) {
            load.awaitAnswersFrom(MANY, "a", "b");
            other.terminate();
            load.awaitAnswersFrom(MANY, "a");
            load.assertNothingFailed();
        }
    }

    @Test
    void aNewWeightFailsNoCallAndIsHeeded() {
        Registration a = orders.serve("a");
        orders.serve("b");
        try (Load load = new Load(orders.channel("rollcall_weighted_round_robin", Map.of()))) {
            load.awaitAnswersFrom(MANY, "a", "b");
            a.update(instance -> instance.withWeight(0)).join();
            load.awaitAnswersFrom(MANY, "b");
            a.update(instance -> instance.withWeight(3)).join();
            load.awaitAnswersFrom(MANY, "a", "b");
            load.awaitAnswers(MANY);
            Map<String, Long> counts = load.awaitAnswersFrom(4 * MANY, "a", "b");
            assertThat((double) counts.get("a") / (counts.get("a") + counts.get("b")))
                    .isBetween(0.72, 0.78);
            load.assertNothingFailed();
        }
    }

    @Test
    void aKilledServerFailsOnlyTheCallsThatWereUnderWayOnIt() throws IOException {
        orders.serve("a");
        try (ChildJvm other = ServerProcess.start(etcd.uri(), "b");
                Load load = new Load(orders.channel())) {
            load.awaitAnswersFrom(MANY, "a", "b");
            other.kill();
            load.awaitAnswersFrom(4 * MANY, "a");
            assertThat(load.failures())
                    .hasSizeLessThanOrEqualTo(Load.THREADS)
                    .extracting(Status::getCode)
                    .allMatch(Status.Code.UNAVAILABLE::equals);
        }
    }

    @Test
    void aKilledServerFailsNoCallThatMayBeRetried() throws IOException {
        orders.serve("a");
        Map<String, ?> retry = Map.of(
                "loadBalancingConfig", List.of(Map.of("rollcall_least_loaded", Map.of())),
                "methodConfig",
                        List.of(Map.of(
                                "name", List.of(Map.of("service", "hello.Hello")),
                                "retryPolicy",
                                        Map.of(
                                                "maxAttempts",
                                                4.0,
                                                "initialBackoff",
                                                "0.02s",
                                                "maxBackoff",
                                                "0.2s",
                                                "backoffMultiplier",
                                                2.0,
                                                "retryableStatusCodes",
                                                List.of("UNAVAILABLE")))));
        ManagedChannel channel = orders.open(RollcallGrpc.of(orders.rollcall())
                .configure(ManagedChannelBuilder.forTarget("rollcall:///orders"))
                .defaultServiceConfig(retry));
        try (ChildJvm other = ServerProcess.start(etcd.uri(), "b");
                Load load = new Load(channel)) {
            load.awaitAnswersFrom(MANY, "a", "b");
            other.kill();
            load.awaitAnswersFrom(4 * MANY, "a");
            load.assertNothingFailed();
        }
    }

    @Test
    void anOutageOfTheRegistryFailsNoCall() {
        orders.serve("a");
        orders.serve("b");
        try (Load load = new Load(orders.channel())) {
            load.awaitAnswersFrom(MANY, "a", "b");
            etcd.kill();
            load.awaitAnswersFrom(4 * MANY, "a", "b");
            etcd.restart();
            orders.serve("c");
            load.awaitAnswersFrom(MANY, "a", "b", "c");
            load.assertNothingFailed();
        }
    }
}
