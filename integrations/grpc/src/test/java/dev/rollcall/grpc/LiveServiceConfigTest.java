package dev.rollcall.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.jackson.JacksonDecoder;
import dev.rollcall.testing.servers.EtcdServers;
import dev.rollcall.testing.servers.TcpProxy;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Service configs that are written as JSON in a real etcd, and what channels make of them while instances stay as they are. */
class LiveServiceConfigTest {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
    private static final String KEY = "grpc/orders";

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
        assertThat(orders.rollcall().config().delete(KEY)).succeedsWithin(LONGEST_WAIT);
    }

    @AfterEach
    void close() {
        orders.close();
    }

    @Test
    void aChannelFollowsWhatIsWritten() {
        serveOldAndNew();
        write(version("1"));
        Live<Map<String, Object>> config = follow();
        ManagedChannel channel = channel(config);
        assertThat(ServiceFixture.answers(channel, 8))
                .as("from the first call on")
                .containsExactly("old");

        write(version("2"));

        ServiceFixture.awaitAnswersFrom(channel, "new");
    }

    @Test
    void theLastGoodOneStays() {
        serveOldAndNew();
        write(version("1"));
        Live<Map<String, Object>> config = follow();
        ManagedChannel channel = channel(config);
        ServiceFixture.awaitAnswersFrom(channel, "old");

        write("{\"loadBalancingConfig\": [");
        await().atMost(LONGEST_WAIT).until(() -> config.reading() instanceof Reading.Stale);
        assertThat(ServiceFixture.answers(channel, 8)).containsExactly("old");

        write(version("2").replace("version", "verison"));
        await().atMost(LONGEST_WAIT).until(() -> config.reading() instanceof Reading.Fresh);
        assertThat(ServiceFixture.answers(channel, 8)).containsExactly("old");

        write(version("2"));
        ServiceFixture.awaitAnswersFrom(channel, "new");

        assertThat(orders.rollcall().config().delete(KEY)).succeedsWithin(LONGEST_WAIT);
        await().atMost(LONGEST_WAIT).until(() -> config.reading() instanceof Reading.Stale);
        assertThat(ServiceFixture.answers(channel, 8)).containsExactly("new");
        assertThat(ServiceFixture.answers(channel(config), 8))
                .as("of a channel that is opened later")
                .containsExactly("new");
    }

    @Test
    void nothingWrittenAndNothingUsableMeanTheDefaults() {
        serveOldAndNew();
        ManagedChannel channel = channel(follow());
        ServiceFixture.awaitAnswersFrom(channel, "new", "old");

        write(version("2").replace("version", "verison"));
        Live<Map<String, Object>> refused = follow();
        ManagedChannel later = channel(refused);
        ServiceFixture.awaitAnswersFrom(later, "new", "old");

        write(version("1"));
        ServiceFixture.awaitAnswersFrom(channel, "old");
        ServiceFixture.awaitAnswersFrom(later, "old");
    }

    @Test
    void aClosedValueIsTakenAsItIs() {
        serveOldAndNew();
        write(version("2"));
        Live<Map<String, Object>> config = follow();
        await().atMost(LONGEST_WAIT).until(() -> config.reading() instanceof Reading.Fresh);
        config.close();

        assertThat(ServiceFixture.answers(channel(config), 8)).containsExactly("new");
    }

    @Test
    void wholeNumbersAreUnderstood() {
        AtomicInteger calls = new AtomicInteger();
        orders.serve(
                "flaky",
                () -> {
                    if (calls.incrementAndGet() < 3) {
                        throw Status.UNAVAILABLE.asRuntimeException();
                    }
                    return "flaky";
                },
                UnaryOperator.identity());
        write("""
                {"methodConfig": [{"name": [{}], "retryPolicy": {"maxAttempts": 3, "initialBackoff": "0.01s",
                 "maxBackoff": "0.1s", "backoffMultiplier": 2, "retryableStatusCodes": ["UNAVAILABLE"]}}]}
                """);

        assertThat(Hello.call(channel(follow()))).isEqualTo("flaky");
        assertThat(calls).hasValue(3);
    }

    @Test
    void aStoreThatIsSilentHoldsTheChannelUpForAWhileOnly() {
        orders.serve("a");
        try (TcpProxy proxy = TcpProxy.to(etcd.endpoints().get(0))) {
            proxy.freeze();
            Live<Map<String, Object>> config = follow(orders.client(etcd.uri(List.of(proxy.endpoint()))));

            assertThat(Hello.call(channel(config))).isEqualTo("a");
        }
    }

    private void serveOldAndNew() {
        orders.serve("old", () -> "old", a -> a.withVersion("1"));
        orders.serve("new", () -> "new", a -> a.withVersion("2"));
    }

    private Live<Map<String, Object>> follow() {
        return follow(orders.rollcall());
    }

    private static Live<Map<String, Object>> follow(Rollcall rollcall) {
        return rollcall.config().follow(KEY, JacksonDecoder.json(new TypeReference<Map<String, Object>>() {}));
    }

    private ManagedChannel channel(Live<Map<String, Object>> config) {
        return orders.open(RollcallGrpc.of(orders.rollcall())
                .withServiceConfig("orders", config)
                .configure(ManagedChannelBuilder.forTarget("rollcall:///orders")));
    }

    private void write(String json) {
        CompletableFuture<?> written = orders.rollcall().config().write(KEY, json);
        assertThat(written).succeedsWithin(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS);
    }

    private static String version(String version) {
        return "{\"loadBalancingConfig\": [{\"rollcall_round_robin\": {\"version\": \"%s\"}}]}".formatted(version);
    }
}
