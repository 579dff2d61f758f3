package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import dev.rollcall.testing.servers.ConsulServers;
import dev.rollcall.testing.servers.EtcdServers;
import dev.rollcall.testing.servers.StoreServers;
import dev.rollcall.testing.servers.ZooKeeperServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.LogManager;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A registry that refuses is no outage: commands end with its refusal, one line with the remedy. They are told to wait for an hour, so
 * that a command that waits for a refusal to go away doesn't end before the test is given up.
 */
@Timeout(120)
class RefusedTest {
    private static final String REFUSAL =
            "user name is empty|authentication failed|permission denied|Permission denied|ACL not found|not permitted";
    private static final String REMEDY =
            "name a user|check the user|check who this client|its role may|name a token|check that the token";

    private static EtcdServers etcd;
    private static ConsulServers consul;
    private static ZooKeeperServers zooKeeper;
    private static Rollcall owner;

    private final CapturedTerminal terminal = new CapturedTerminal();

    @BeforeAll
    static void startStores() throws InterruptedException {
        LogManager.getLogManager().reset(); // the stores' clients
        etcd = EtcdServers.builder()
                .rootPassword("s3cret")
                .user("bob", "pw", "other/")
                .start();
        consul = ConsulServers.builder().masterToken("master").start();
        zooKeeper = ZooKeeperServers.start();
        owner = Rollcall.connect(zooKeeper("alice:pw"));
        owner.register(Instance.of("orders", "h:1")).awaitRegistered(Duration.ofSeconds(30));
        owner.config().write("key", "text").join();
    }

    @AfterAll
    static void stopStores() {
        owner.close();
        Stream.of(etcd, consul, zooKeeper).forEach(StoreServers::close);
    }

    private static String zooKeeper(String user) {
        return zooKeeper.uri().replace("://", "://" + user + "@") + "/owned";
    }

    /** Nobody named where somebody must be, wrong passwords and tokens, and one who may do other things. */
    static List<String> refusing() {
        return List.of(
                etcd.uri(),
                etcd.uri().replace("://", "://bob:wr0ng@"),
                etcd.uri().replace("://", "://bob:pw@"),
                consul.uri() + "?token=wr0ng",
                zooKeeper("alice:wr0ng"));
    }

    @ParameterizedTest
    @MethodSource("refusing")
    void readingSaysSo(String registry) {
        for (String command : List.of(
                "list",
                "list orders",
                "watch orders",
                "resolve orders --wait 1h",
                "config get key",
                "config list",
                "config watch key")) {
            assertRefused(registry, command);
        }
    }

    @ParameterizedTest
    @MethodSource("refusing")
    void writingSaysSo(String registry) {
        for (String command : List.of("config put key text", "config delete key", "override orders h:1 --drain")) {
            assertRefused(registry, command);
        }
    }

    /** In processes of their own, as it takes over the signals. */
    @Test
    void registeringSaysSo() {
        for (String registry : List.of(etcd.uri(), consul.uri())) {
            try (RollcallProcess register =
                    RollcallProcess.start("register", "orders", "h:1", "--timeout", "1h", "--registry", registry)) {
                assertThat(register.exitCode()).as("%s", register).isEqualTo(ExitCode.FAILED);
                assertThat(register.out()).isEmpty();
                assertThat(register.err()).singleElement().asString().satisfies(RefusedTest::assertOneRefusal);
            }
        }
    }

    /** Not that the store "has not answered": it has. */
    @ParameterizedTest
    @MethodSource("refusing")
    void theDoctorsFindingsSaySo(String registry) {
        assertThat(terminal.run("doctor", registry)).isEqualTo(ExitCode.FAILED);

        List<String> failures = terminal.out()
                .lines()
                .filter(line -> line.startsWith("  fail") || line.startsWith("  warn"))
                .toList();
        assertThat(failures)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).contains("denied: ").containsPattern(REFUSAL));
        assertThat(terminal.out()).doesNotContain("wr0ng", "ried again");
    }

    private void assertRefused(String registry, String command) {
        List<String> arguments = new ArrayList<>(Arrays.asList(command.split(" ")));
        arguments.addAll(List.of("--timeout", "1h", "--registry", registry));
        CapturedTerminal own = new CapturedTerminal();

        assertThat(own.run(arguments.toArray(new String[0]))).as(command).isEqualTo(ExitCode.FAILED);

        assertThat(own.out()).isEmpty();
        assertThat(own.err()).as(command).hasLineCount(1).satisfies(RefusedTest::assertOneRefusal);
    }

    private static void assertOneRefusal(String line) {
        assertThat(line)
                .containsPattern(REFUSAL)
                .containsPattern(REMEDY)
                .doesNotContain("wr0ng", "ried again", "can't be reached", "Exception");
    }
}
