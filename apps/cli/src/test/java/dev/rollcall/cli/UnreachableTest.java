package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.testing.servers.EtcdServers;
import dev.rollcall.testing.servers.StoreServers;
import dev.rollcall.testing.servers.ZooKeeperServers;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.LogManager;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A registry that can't be reached is one line within 5 s, whatever the reason. */
class UnreachableTest {
    /** 3 s of waiting, and what a machine needs for the rest that is busy with other tests. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @BeforeAll
    static void silenceTheStoresClients() {
        LogManager.getLogManager().reset();
    }

    private final CapturedTerminal terminal = new CapturedTerminal();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "list --registry etcd://127.0.0.1:9",
                "list --registry zookeeper://127.0.0.1:9",
                "list --registry zookeeper://no-such-host.invalid:2181",
                "list orders --registry etcd://no-such-host.invalid:2379",
                "watch orders --registry etcd://127.0.0.1:9",
                "watch orders --registry zookeeper://127.0.0.1:9"
            })
    void refusedOrUnknown(String arguments) {
        assertOneLineWithinTheLimit(arguments.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "etcd://127.0.0.1:9",
                "zookeeper://127.0.0.1:9",
                "etcd://no-such-host.invalid:2379",
                "zookeeper://no-such-host.invalid:2181"
            })
    void theStoresClientsAddNothing(String registry) {
        try (RollcallProcess list = RollcallProcess.start("list", "--registry", registry, "--timeout", "3s")) {
            assertThat(list.exitCode()).isEqualTo(3);
            assertThat(list.out()).isEmpty();
            assertThat(list.err()).singleElement().asString().contains(registry, "can't be reached", "rollcall serve");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"etcd://127.0.0.1:9", "zookeeper://127.0.0.1:9"})
    void registeringEndsToo(String registry) {
        // In a process of its own, since these commands take over the signals.
        try (RollcallProcess register =
                RollcallProcess.start("register", "orders", "h:1", "--registry", registry, "--timeout", "3s")) {
            assertThat(register.exitCode()).isEqualTo(3);
            assertThat(register.out()).isEmpty();
            assertThat(register.err())
                    .singleElement()
                    .asString()
                    .contains(registry, "can't be reached", "rollcall serve");
        }
        try (RollcallProcess demo = RollcallProcess.start("demo", "--registry", registry)) {
            assertThat(demo.exitCode()).isEqualTo(3);
            assertThat(demo.err())
                    .singleElement()
                    .asString()
                    .contains(registry, "can't be reached", "Without --registry");
        }
    }

    @ParameterizedTest
    @MethodSource("stores")
    void silent(Supplier<StoreServers> store) {
        try (StoreServers servers = store.get()) {
            servers.pause();
            assertOneLineWithinTheLimit("list", "--registry", servers.uri());
            servers.resume();
        }
    }

    static List<Supplier<StoreServers>> stores() {
        return Stream.<Supplier<StoreServers>>of(EtcdServers::start, ZooKeeperServers::start)
                .toList();
    }

    private void assertOneLineWithinTheLimit(String... arguments) {
        long start = System.nanoTime();

        assertThat(terminal.run(arguments)).isEqualTo(3);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
        assertThat(terminal.err())
                .hasLineCount(1)
                .contains("can't be reached", "Start one with 'rollcall serve', or name yours with --registry")
                .doesNotContain("\tat ", "Exception");
    }
}
