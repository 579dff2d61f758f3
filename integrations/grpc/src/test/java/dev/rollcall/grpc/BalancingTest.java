package dev.rollcall.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Endpoint;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How Rollcall's policies spread calls over real servers, on the store in this JVM. */
class BalancingTest {
    private final ServiceFixture orders = ServiceFixture.inMemory();

    @AfterEach
    void close() {
        orders.close();
    }

    @Test
    void roundRobinIsExactlyEven() {
        orders.serve("a");
        orders.serve("b");
        orders.serve("c");
        ManagedChannel channel = orders.channel();
        ServiceFixture.awaitAnswersFrom(channel, "a", "b", "c");
        assertThat(counts(channel, 30)).isEqualTo(Map.of("a", 10, "b", 10, "c", 10));
    }

    @Test
    void weightsAreHeededUnlessOneAsksOtherwise() {
        orders.serve("a", () -> "a", a -> a.withWeight(3));
        orders.serve("b");
        ManagedChannel channel = orders.open(
                RollcallGrpc.of(orders.rollcall()).configure(ManagedChannelBuilder.forTarget("rollcall:///orders")));
        ServiceFixture.awaitAnswersFrom(channel, "a", "b");
        assertThat(counts(channel, 40)).isEqualTo(Map.of("a", 30, "b", 10));
    }

    @Test
    void aKeyStaysWithItsServer() {
        for (String name : List.of("a", "b", "c")) {
            orders.serve(name);
        }
        ManagedChannel channel = orders.channel("rollcall_consistent_hash", Map.of("header", "x-user"));
        ServiceFixture.awaitAnswersFrom(channel, "a", "b", "c");
        Set<String> servers = new HashSet<>();
        for (int user = 0; user < 40; user++) {
            String key = "user-" + user;
            String byOption = Hello.call(channel, CallOptions.DEFAULT.withOption(RollcallGrpc.HASH_KEY, key));
            Metadata headers = new Metadata();
            headers.put(Hello.USER, key);
            Channel withHeader =
                    ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
            assertThat(Hello.call(withHeader)).isEqualTo(byOption);
            servers.add(byOption);
        }
        assertThat(servers).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    void overloadedServersAreAskedLess() {
        refusing("a", Status.RESOURCE_EXHAUSTED);
        orders.serve("b");
        assertAskedLess("rollcall_peak_ewma");
        assertAskedLess("rollcall_least_loaded");
    }

    @Test
    void failingServersAreAskedLess() {
        refusing("a", Status.INTERNAL);
        orders.serve("b");
        assertAskedLess("rollcall_peak_ewma");
    }

    @Test
    void properAnswersAreNoFailures() {
        refusing("a", Status.NOT_FOUND);
        orders.serve("b");
        ManagedChannel channel = orders.channel("rollcall_least_loaded", Map.of());
        orders.awaitCalls(channel, "a", "b");
        assertThat(counts(channel, 400).get("NOT_FOUND")).isCloseTo(200, within(60));
    }

    private void refusing(String name, Status status) {
        orders.serve(
                name,
                () -> {
                    throw status.asRuntimeException();
                },
                UnaryOperator.identity());
    }

    private void assertAskedLess(String policy) {
        ManagedChannel channel = orders.channel(policy, Map.of());
        orders.awaitCalls(channel, "a", "b");
        assertThat(counts(channel, 400).get("b")).as(policy).isGreaterThan(340);
    }

    @Test
    void statisticsSurviveMembershipChanges() {
        AtomicBoolean failing = new AtomicBoolean(true);
        orders.serve(
                "a",
                () -> {
                    if (failing.get()) {
                        throw Status.INTERNAL.asRuntimeException();
                    }
                    return "a";
                },
                UnaryOperator.identity());
        orders.serve("b");
        ManagedChannel channel = orders.channel("rollcall_peak_ewma", Map.of());
        orders.awaitCalls(channel, "a", "b");
        counts(channel, 100);
        failing.set(false);
        orders.serve("c");
        orders.registration("a")
                .update(a -> a.withMetadata("changed", "yes").withWeight(1))
                .join();
        ServiceFixture.awaitAnswersFrom(channel, "b", "c");
        assertThat(counts(channel, 100).getOrDefault("a", 0)).isLessThan(10);
    }

    @Test
    void streamsAreCalledAndFinishWhereTheyBegan() throws InterruptedException {
        orders.serve("a");
        ManagedChannel channel = orders.channel("rollcall_peak_ewma", Map.of());
        StreamedHello stream = StreamedHello.open(channel);
        assertThat(stream.ask()).isEqualTo("a");
        orders.registration("a").close();
        orders.serve("b");
        ServiceFixture.awaitAnswersFrom(channel, "b");
        assertThat(stream.ask()).isEqualTo("a");
        assertThat(stream.complete()).isEqualTo("completed");
    }

    @Test
    void whoCameLaterStartsSlowly() {
        orders.serve("a");
        ManagedChannel channel = orders.channel("rollcall_round_robin", Map.of("slowStart", "600s"));
        ServiceFixture.awaitAnswersFrom(channel, "a");
        orders.serve("b");
        await().until(() -> Hello.call(channel), "b"::equals);
        assertThat(counts(channel, 400).get("b")).isBetween(5, 90);
    }

    @Test
    void whoMovesIsCalledAtTheNewAddress() {
        orders.serve("old");
        ManagedChannel channel = orders.channel();
        ServiceFixture.awaitAnswersFrom(channel, "old");
        int port = orders.serve("new", () -> "new", other -> other.withStatus(dev.rollcall.Status.OUT_OF_SERVICE))
                .instance()
                .endpoint()
                .port();
        orders.registration("old")
                .update(a -> a.withEndpoints(List.of(new Endpoint("grpc", "127.0.0.1", port))))
                .join();
        ServiceFixture.awaitAnswersFrom(channel, "new");
    }

    @Test
    void zonesVersionsAndCanariesAreHeeded() {
        orders.serve("a", () -> "a", a -> a.withZone("eu-1").withVersion("1"));
        orders.serve("b", () -> "b", b -> b.withZone("eu-1").withVersion("2"));
        orders.serve("c", () -> "c", c -> c.withZone("eu-2").withVersion("1"));
        assertThat(ServiceFixture.answers(connected("rollcall_random", Map.of("version", "2"), "b"), 20))
                .containsExactly("b");
        assertThat(ServiceFixture.answers(
                        connected("rollcall_random", Map.of("version", "1", "zone", "eu-2"), "c"), 20))
                .containsExactly("c");
        ManagedChannel canary = connected(
                "rollcall_round_robin", Map.of("canary", Map.of("version", "2", "share", 0.25)), "a", "b", "c");
        Map<String, Integer> counts = counts(canary, 400);
        assertThat(counts.get("b")).isCloseTo(100, within(45));
    }

    private ManagedChannel connected(String policy, Map<String, ?> config, String... names) {
        ManagedChannel channel = orders.channel(policy, config);
        orders.awaitCalls(channel, names);
        return channel;
    }

    @Test
    void aFilterThatNobodyPassesSaysSo() {
        orders.serve("a", () -> "a", a -> a.withVersion("1"));
        ManagedChannel channel = orders.channel("rollcall_round_robin", Map.of("version", "7"));
        await().until(() -> channel.getState(true) == ConnectivityState.READY);
        assertThat(counts(channel, 3)).isEqualTo(Map.of("UNAVAILABLE", 3));
        Status status = failure(channel);
        assertThat(status.getDescription()).contains("no instance of orders can be chosen", "1 not version=7");
    }

    private static Status failure(ManagedChannel channel) {
        try {
            return Status.OK.withDescription(Hello.call(channel));
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }

    @Test
    void policiesWorkWithAddressesFromElsewhere() {
        int port = orders.serve("a").instance().endpoint().port();
        ManagedChannel channel = orders.open(ManagedChannelBuilder.forTarget("dns:///localhost:" + port)
                .defaultLoadBalancingPolicy("rollcall_least_loaded"));
        assertThat(ServiceFixture.answers(channel, 4)).containsExactly("a");
    }

    @Test
    void outliersAreEjected() {
        refusing("a", Status.INTERNAL);
        orders.serve("b");
        orders.serve("c");
        ManagedChannel channel = orders.channel("rollcall_round_robin", Map.of("outlierEjection", Map.of()));
        await().until(() -> counts(channel, 20), Map.of("b", 10, "c", 10)::equals);
    }

    @Test
    void grpcsOwnOutlierDetectionWorksAsTheParent() {
        refusing("a", Status.INTERNAL);
        orders.serve("b");
        Map<String, ?> child = Map.of("rollcall_round_robin", Map.of());
        ManagedChannel channel = orders.channel(
                "outlier_detection_experimental",
                Map.of(
                        "interval",
                        "0.2s",
                        "baseEjectionTime",
                        "30s",
                        "maxEjectionPercent",
                        60.0,
                        "failurePercentageEjection",
                        Map.of("threshold", 50.0, "minimumHosts", 2.0, "requestVolume", 5.0),
                        "childPolicy",
                        List.of(child)));
        await().until(() -> counts(channel, 10), Map.of("b", 10)::equals);
    }

    private static Map<String, Integer> counts(Channel channel, int calls) {
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < calls; i++) {
            String outcome;
            try {
                outcome = Hello.call(channel);
            } catch (StatusRuntimeException e) {
                outcome = e.getStatus().getCode().name();
            }
            counts.merge(outcome, 1, Integer::sum);
        }
        return counts;
    }
}
