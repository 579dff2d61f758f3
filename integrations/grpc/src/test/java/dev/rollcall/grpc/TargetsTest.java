package dev.rollcall.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import dev.rollcall.Status;
import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code rollcall:} targets resolve to, on the store in this JVM. */
class TargetsTest {
    private final ServiceFixture orders = ServiceFixture.inMemory();

    @AfterEach
    void close() {
        orders.close();
    }

    @Test
    void callsReachEveryInstance() {
        orders.serve("a");
        orders.serve("b");
        ServiceFixture.awaitAnswersFrom(orders.channel(), "a", "b");
    }

    @Test
    void callsWaitForTheFirstView() {
        ManagedChannel channel = orders.channel();
        CompletableFuture<String> answer =
                CompletableFuture.supplyAsync(() -> Hello.call(channel, CallOptions.DEFAULT.withWaitForReady()));
        orders.serve("a");
        assertThat(answer).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("a");
    }

    @Test
    void emptiedOnPurposeIsUnavailableAndSaysWhy() {
        orders.serve("a");
        ManagedChannel channel = orders.channel();
        ServiceFixture.awaitAnswersFrom(channel, "a");
        orders.registration("a").close();
        await().untilAsserted(() -> assertUnavailable(channel, "orders has no instance in rollcall of memory:"));
        orders.serve("b");
        await().ignoreExceptions().until(() -> Hello.call(channel), "b"::equals);
    }

    @Test
    void drainingAndOutOfServiceAreNotCalled() {
        orders.serve("a");
        orders.serve("b", () -> "b", b -> b.withStatus(Status.OUT_OF_SERVICE));
        orders.serve("c", () -> "c", c -> c.withStatus(Status.DRAINING));
        ManagedChannel channel = orders.channel();
        assertThat(ServiceFixture.answers(channel, 12)).containsExactly("a");
        orders.registration("a")
                .update(a -> a.withStatus(Status.OUT_OF_SERVICE))
                .join();
        await().untilAsserted(() ->
                assertUnavailable(channel, "none of the 3 instances of orders", "1 DRAINING, 2 OUT_OF_SERVICE"));
    }

    @Test
    void instancesThatSpeakSomethingElseAreNamedInTheError() {
        orders.register("web", Instance.of("orders", "http://127.0.0.1:8080"));
        assertUnavailable(orders.channel(), "1 without an endpoint of grpc, grpcs, tcp");
    }

    @Test
    void hostNamesAreLookedUp() {
        orders.serve(
                "a",
                () -> "a",
                a -> a.withEndpoints(List.of(new dev.rollcall.Endpoint(
                        "grpc", "localhost", a.endpoint().port()))));
        orders.register("b", Instance.of("orders", "grpc://no-such-host.invalid:1"));
        assertThat(ServiceFixture.answers(orders.channel(), 4)).containsExactly("a");
    }

    @Test
    void twoClientsInOneJvmDontLeakIntoEachOther() {
        try (ServiceFixture others = ServiceFixture.inMemory()) {
            orders.serve("mine");
            others.serve("theirs");
            ManagedChannel mine = orders.channel();
            ManagedChannel theirs = others.channel();
            assertThat(ServiceFixture.answers(mine, 10)).containsExactly("mine");
            assertThat(ServiceFixture.answers(theirs, 10)).containsExactly("theirs");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ManagedChannelBuilder.forTarget("rollcall:///orders")
                            .build())
                    .withMessageContaining("doesn't know which registry to ask");
        }
    }

    @Test
    void anAliasNamesAnotherClient() {
        try (ServiceFixture others = ServiceFixture.inMemory()) {
            orders.serve("mine");
            others.serve("theirs");
            RollcallGrpc both = RollcallGrpc.of(orders.rollcall()).withAlias("eu-1", others.rollcall());
            assertThat(Hello.call(
                            orders.open(both.configure(ManagedChannelBuilder.forTarget("rollcall://eu-1/orders")))))
                    .isEqualTo("theirs");
            assertThat(Hello.call(orders.open(both.configure(ManagedChannelBuilder.forTarget("rollcall:///orders")))))
                    .isEqualTo("mine");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> both.configure(ManagedChannelBuilder.forTarget("rollcall://us/orders"))
                            .build())
                    .withMessageContaining("has an alias that this channel doesn't know (expected: one of [eu-1]");
        }
    }

    @Test
    void aChannelWithItsOwnRegistryClosesItsClient() throws InterruptedException {
        orders.serve("a");
        ManagedChannel byArgument = ManagedChannelBuilder.forTarget("rollcall:///orders")
                .setNameResolverArg(RollcallGrpc.REGISTRY, orders.uri())
                .usePlaintext()
                .build();
        ManagedChannel byTarget = ManagedChannelBuilder.forTarget("rollcall:///orders?registry=" + orders.uri())
                .usePlaintext()
                .build();
        assertThat(Hello.call(byArgument)).isEqualTo("a");
        assertThat(Hello.call(byTarget)).isEqualTo("a");
        assertThat(ownClients()).isGreaterThanOrEqualTo(2);
        byArgument.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        byTarget.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        await().until(() -> ownClients() == 0);
    }

    @Test
    void anIdleChannelIsWokenByACall() {
        orders.serve("a");
        ManagedChannel shared = orders.channel();
        ManagedChannel own = orders.open(ManagedChannelBuilder.forTarget("rollcall:///orders")
                .setNameResolverArg(RollcallGrpc.REGISTRY, orders.uri()));
        for (ManagedChannel channel : List.of(shared, own)) {
            assertThat(Hello.call(channel)).isEqualTo("a");
            channel.enterIdle();
            await().until(() -> channel.getState(false), ConnectivityState.IDLE::equals);
            assertThat(Hello.call(channel)).isEqualTo("a");
        }
    }

    @Test
    void aClosedClientIsNamedInTheError() {
        Rollcall closed = orders.client(orders.uri());
        closed.close();
        ManagedChannel channel =
                orders.open(RollcallGrpc.of(closed).configure(ManagedChannelBuilder.forTarget("rollcall:///orders")));
        assertUnavailable(channel, "orders can't be looked up in rollcall of memory:", "is closed");
    }

    @Test
    void aRegistryThatDoesNotAnswerIsNamedInTheError() {
        Rollcall away = orders.client("etcd://127.0.0.1:1");
        ManagedChannel channel =
                orders.open(RollcallGrpc.of(away).configure(ManagedChannelBuilder.forTarget("rollcall:///orders")));
        assertUnavailable(channel, "nothing is known yet of orders in rollcall of etcd://127.0.0.1:1");
    }

    private static long ownClients() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("rollcall-grpc"))
                .count();
    }

    @Test
    void aRegistryOfResolversOfOnesOwnWorksToo() {
        orders.serve("a");
        NameResolverRegistry registry = new NameResolverRegistry();
        registry.register(RollcallGrpc.of(orders.rollcall()).provider());
        assertThat(registry.getDefaultScheme()).isEqualTo("rollcall");
        assertThat(NameResolverRegistry.getDefaultRegistry().getDefaultScheme()).isEqualTo("dns");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        rollcall:///a/b                       | service: "a/b" (expected: 1 to 255 visible characters without '/')
        rollcall:///a%2Fb                     | service: "a/b" (expected:
        rollcall:///a%20b                     | service: "a b" (expected:
        rollcall:///                          | service: "" (expected:
        rollcall:///%2E%2E                    | service: ".." (expected:
        rollcall:orders                       | has no service (expected: rollcall:///service
        rollcall://orders                     | has no service (expected: rollcall:///service
        rollcall:///orders#x                  | has no service (expected: rollcall:///service
        rollcall:///orders?zone=x             | has parameters other than registry
        rollcall:///orders?registry=x         | has no scheme
        rollcall:///orders?registry=etcd://u:secret@h:1 | has a password, which gRPC would log with the target
        """)
    void oddTargetsGetAClearError(String target, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RollcallGrpc.of(orders.rollcall())
                        .configure(ManagedChannelBuilder.forTarget(target))
                        .build())
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
    }

    @Test
    void namesThatAUriCantHoldAreEncoded() {
        Rollcall rollcall = orders.rollcall();
        int port = orders.serve("a").instance().endpoint().port();
        orders.register("café", Instance.of("café:v2", "grpc://127.0.0.1:" + port));
        assertThat(Hello.call(orders.open(RollcallGrpc.of(rollcall)
                        .configure(ManagedChannelBuilder.forTarget(RollcallGrpc.target("café:v2"))))))
                .isEqualTo("a");
    }

    private static void assertUnavailable(ManagedChannel channel, String... parts) {
        assertThatThrownBy(() -> Hello.call(channel)).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.UNAVAILABLE);
            assertThat(e.getStatus().getDescription()).contains(parts);
        });
    }
}
