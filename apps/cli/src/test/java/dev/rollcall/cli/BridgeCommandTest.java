package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.bridge.BridgeOptions;
import dev.rollcall.testing.servers.EtcdServers;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BridgeCommandTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static EtcdServers etcd;
    private static int tests;

    private final CapturedTerminal terminal = new CapturedTerminal();
    private String from;
    private String to;
    private Rollcall source;
    private Rollcall target;
    private ServiceView mirrored;

    @BeforeAll
    static void startStore() {
        etcd = EtcdServers.start();
    }

    @AfterAll
    static void stopStore() {
        etcd.close();
    }

    @BeforeEach
    void connect() {
        from = etcd.uri() + "/?root=source" + ++tests;
        to = etcd.uri() + "/?root=target" + tests;
        source = Rollcall.connect(from);
        target = Rollcall.connect(to);
        mirrored = target.discover("orders");
    }

    @AfterEach
    void disconnect() {
        source.close();
        target.close();
    }

    @Test
    void mirrorsUntilStoppedAndSaysWhatItDoes() throws InterruptedException {
        Registration one = source.register(Instance.of("legacy-orders", "http://10.0.0.1:80"));
        one.awaitRegistered(LIMIT);
        try (RollcallProcess bridge =
                RollcallProcess.start("bridge", "--from", from, "--to", to, "--alone", "--rename", "legacy-*=*")) {
            bridge.awaitOut(line -> line.contains("1 mirrored; source up to date; target up to date; lag p50"));
            assertThat(bridge.out()).anyMatch(line -> line.startsWith("bridge bridge-"));
            await().atMost(LIMIT).until(() -> mirrored.instances().size() == 1);

            Registration itself = target.register(Instance.of("orders", "http://10.0.0.1:80"));
            bridge.awaitOut(line -> line.contains("yielded") && line.contains("orders/10.0.0.1:80: the target has"));
            itself.close();
            bridge.awaitOut(line -> line.contains("resolved") && line.contains("orders/10.0.0.1:80"));

            bridge.signal("TERM");
            assertThat(bridge.exitCode()).isZero();
            assertThat(bridge.err()).isEmpty();
        }
        await().atMost(LIMIT).until(() -> mirrored.instances().isEmpty());
    }

    @Test
    void toConsulItSaysHowLongMirrorsOutliveACrash() {
        BridgeReport report = new BridgeReport(terminal.terminal(), OutputFormat.JSON, Clock.systemUTC());

        report.opened(BridgeOptions.builder(from, "consul://127.0.0.1:8500").build());

        assertThat(terminal.err()).startsWith("rollcall: mirrors outlive a crash by up to 40 s, not 10 s");
    }

    @Test
    void onceTellsWhatABridgeWouldChangeAndExits() throws InterruptedException {
        source.register(Instance.of("orders", "http://10.0.0.1:80").withWeight(3))
                .awaitRegistered(LIMIT);
        target.register(Instance.of("orders", "http://10.0.0.1:80")).awaitRegistered(LIMIT);
        source.register(Instance.of("orders", "http://10.0.0.1:81")).awaitRegistered(LIMIT);

        assertThat(once("-o", "json")).isEqualTo(ExitCode.FAILED);
        assertThat(terminal.out().lines())
                .anyMatch(line -> line.startsWith("{\"event\":\"different\"")
                        && line.contains("{\"name\":\"weight\",\"source\":\"3\",\"target\":\"1\"}"))
                .anyMatch(line -> line.startsWith("{\"event\":\"missing\"") && line.contains("\"id\":\"10.0.0.1:81\""))
                .last()
                .asString()
                .contains("\"event\":\"compared\"", "\"equal\":false", "\"missing\":1,\"extra\":0,\"different\":1");
        assertThat(mirrored.awaitKnown(LIMIT).instances())
                .as("nothing is written")
                .hasSize(1);
    }

    @Test
    void onceSaysWhenNothingDiffers() throws InterruptedException {
        for (Rollcall registry : new Rollcall[] {source, target}) {
            registry.register(Instance.of("orders", "http://10.0.0.1:80")).awaitRegistered(LIMIT);
        }

        assertThat(once()).isZero();
        assertThat(terminal.out()).contains("1 instances in 1 services: 0 missing, 0 extra, 0 different");
    }

    private int once(String... more) {
        String[] arguments = new String[7 + more.length];
        System.arraycopy(
                new String[] {"bridge", "--from", from, "--to", to, "--once", "--settle=200ms"}, 0, arguments, 0, 7);
        System.arraycopy(more, 0, arguments, 7, more.length);
        return terminal.run(arguments);
    }

    @Test
    void cutOverWaitsUntilBothAreEqualAndListsWhatWasVerified() throws InterruptedException {
        source.register(Instance.of("orders", "http://10.0.0.1:80")).awaitRegistered(LIMIT);
        try (RollcallProcess shadow =
                RollcallProcess.start("bridge", "--from", from, "--to", to, "--cut-over=1s", "--settle", "100ms")) {
            shadow.awaitOut(line -> line.contains("missing") && line.contains("orders/10.0.0.1:80"));
            target.register(Instance.of("orders", "http://10.0.0.1:80"));
            shadow.awaitOut(line -> line.contains("equal") && line.contains("orders/10.0.0.1:80"));
            assertThat(shadow.exitCode()).isZero();
            assertThat(shadow.out())
                    .contains("  [x] none is missing on the target: 0 missing")
                    .last()
                    .asString()
                    .contains("ready", "consumers can be sent to the target");
        }
    }

    @Test
    void cutOverGivesUpAfterTheTimeItWasGiven() throws InterruptedException {
        source.register(Instance.of("orders", "http://10.0.0.1:80")).awaitRegistered(LIMIT);
        try (RollcallProcess shadow = RollcallProcess.start(
                "bridge", "--from", from, "--to", to, "--cut-over", "--within=1s", "--settle=100ms")) {
            assertThat(shadow.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(shadow.out())
                    .as("what stands in the way: none is missing, too young to count, or not heard yet")
                    .anyMatch(line -> line.startsWith("  [ ] "))
                    .last()
                    .asString()
                    .contains("not ready");
        }
    }

    @Test
    void onceWithARegistryThatIsAwaySaysWhich() {
        from = "etcd://127.0.0.1:1";

        assertThat(once("--within=1s")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(terminal.err()).contains("the source is heard: no");
    }
}
