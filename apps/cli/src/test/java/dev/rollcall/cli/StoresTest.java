package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.testing.servers.EtcdServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands against real stores, as processes. */
class StoresTest extends ThreeStores {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static int names;

    private final String service = "service-" + ++names;

    @ParameterizedTest
    @MethodSource("registries")
    void registeredThenListedThenGoneOnSigterm(String registry) {
        try (RollcallProcess registered = RollcallProcess.start(
                "register",
                service,
                "http://10.0.0.5:8080",
                "--weight",
                "3",
                "--zone",
                "a",
                "--version",
                "1.2",
                "--meta",
                "team=blue",
                "--registry",
                registry)) {
            registered.awaitOut(line -> line.contains("registered " + service + "/10.0.0.5:8080"));

            assertThat(list(registry, service, "-o", "json"))
                    .containsExactly("{\"service\":\"" + service + "\",\"id\":\"10.0.0.5:8080\","
                            + "\"endpoints\":[\"http://10.0.0.5:8080\"],\"weight\":3,\"status\":\"up\",\"zone\":\"a\","
                            + "\"version\":\"1.2\",\"metadata\":{\"team\":\"blue\"}}");
            assertThat(list(registry, service))
                    .containsExactly(
                            "ID             ENDPOINTS             WEIGHT  STATUS  ZONE  VERSION  METADATA",
                            "10.0.0.5:8080  http://10.0.0.5:8080       3  up      a     1.2      team=blue");
            assertThat(list(registry, "-o", "json"))
                    .contains("{\"service\":\"" + service + "\",\"instances\":1,\"up\":1}");

            registered.signal("TERM");
            assertThat(registered.exitCode()).isZero();
            assertThat(registered.out().get(1)).endsWith("deregistered");
            assertThat(registered.err()).isEmpty();
            assertThat(list(registry, service, "-o", "json")).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("registries")
    void aProgramIsRegisteredWhileItListens(String registry) {
        int port = RunCommandTest.freePort();
        List<String> arguments = new ArrayList<>(
                List.of("run", "--service", service, "--port", Integer.toString(port), "--registry", registry, "--"));
        arguments.addAll(ListeningProgram.command(port));
        try (RollcallProcess run = RollcallProcess.start(arguments.toArray(new String[0]))) {
            run.awaitErr(line -> line.contains("registered " + service + "/127.0.0.1:" + port));
            assertThat(list(registry, service, "-o", "json")).hasSize(1);

            run.signal("TERM");
            assertThat(run.exitCode()).isEqualTo(143);
            assertThat(run.out()).containsExactly("ready");
            assertThat(run.err())
                    .containsSubsequence("rollcall: SIGTERM: deregistering first", "rollcall: deregistered");
            assertThat(list(registry, service, "-o", "json")).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("registries")
    void aProgramThatDiesIsDeregisteredAtOnce(String registry) {
        int port = RunCommandTest.freePort();
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "--service",
                service,
                "--port",
                Integer.toString(port),
                "--ttl",
                "1h",
                "--registry",
                registry,
                "--"));
        arguments.addAll(ListeningProgram.command(port));
        try (RollcallProcess run = RollcallProcess.start(arguments.toArray(new String[0]))) {
            run.awaitErr(line -> line.contains("registered " + service));
            ProcessHandle.of(run.pid()).orElseThrow().children().forEach(ProcessHandle::destroyForcibly);

            assertThat(run.exitCode()).isEqualTo(137);
            assertThat(run.err()).last().asString().contains("the program ended; deregistered");
            assertThat(list(registry, service, "-o", "json")).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("registries")
    void watchingTellsWhatComesAndGoes(String registry) {
        try (RollcallProcess watch =
                RollcallProcess.start(Map.of("ROLLCALL_REGISTRY", registry), "watch", service, "-o", "json")) {
            watch.awaitOut(line -> line.contains("\"event\":\"fresh\"") && line.contains("\"instances\":0"));
            try (RollcallProcess registered =
                    RollcallProcess.start("register", service, "h:1", "--registry", registry, "--ttl", "2s")) {
                watch.awaitOut(line -> line.startsWith("{\"event\":\"added\"") && line.contains("\"id\":\"h:1\""));
                registered.signal("KILL");
                watch.awaitOut(line -> line.startsWith("{\"event\":\"removed\"") && line.contains("\"id\":\"h:1\""));
            }
            watch.signal("INT");
            assertThat(watch.exitCode()).isEqualTo(130);
            assertThat(watch.err()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("registries")
    void watchingEndsQuietlyWhenNobodyReads(String registry) {
        try (RollcallProcess watch = RollcallProcess.start("watch", service, "--registry", registry)) {
            watch.awaitOut(line -> line.contains("fresh"));
            watch.closeOut();
            try (Rollcall rollcall = Rollcall.connect(registry)) {
                Registration changing = rollcall.register(Instance.of(service, "h:1"));
                // Changes in quick succession may be told as one, so there is another until the pipe is found broken.
                await().atMost(LIMIT).until(() -> {
                    changing.update(instance -> instance.withWeight(instance.weight() + 1))
                            .join();
                    return !watch.isAlive();
                });
            }
            assertThat(watch.exitCode()).isZero();
            assertThat(watch.err()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("registries")
    void theDemoRunsOnIt(String registry) {
        try (RollcallProcess demo = RollcallProcess.start("demo", "--registry", registry)) {
            assertThat(demo.exitCode()).as("%s", demo).isZero();
            assertThat(demo.err()).isEmpty();
            assertThat(demo.out()).last().asString().matches("All 12 claims above were observed, in [0-9.]+ s\\.");
            assertThat(demo.out()).noneMatch(line -> line.contains("NOT OBSERVED"));
        }
        // Consul keeps the entries of the dead, and so the name, for a minute at least
        assertThat(list(registry, "-o", "json"))
                .noneMatch(line -> line.contains("greeter") && !line.contains("\"instances\":0"));
    }

    @Test
    void anOutageIsToldByWatchAndSurvivedByRegister() {
        try (EtcdServers own = EtcdServers.start();
                RollcallProcess watch = RollcallProcess.start("watch", service, "-o", "json", "--registry", own.uri());
                RollcallProcess registered =
                        RollcallProcess.start("register", service, "h:1", "--ttl", "2s", "--registry", own.uri())) {
            watch.awaitOut(line -> line.startsWith("{\"event\":\"added\""));
            own.kill();
            watch.awaitOut(line -> line.startsWith("{\"event\":\"stale\"") && line.contains("\"instances\":1"));
            own.wipe();
            registered.awaitOut(line -> line.contains("registered again"));
            await().atMost(LIMIT).until(() -> isFresh(watch.out()));
            registered.signal("INT");
            assertThat(registered.exitCode()).isZero();
        }
    }

    private static boolean isFresh(List<String> events) {
        List<String> freshness = events.stream()
                .filter(line -> line.contains("\"event\":\"stale\"") || line.contains("\"event\":\"fresh\""))
                .toList();
        return freshness.get(freshness.size() - 1).contains("fresh");
    }

    private static List<String> list(String registry, String... arguments) {
        List<String> all = new ArrayList<>(List.of("list", "--registry", registry));
        all.addAll(List.of(arguments));
        try (RollcallProcess list = RollcallProcess.start(all.toArray(new String[0]))) {
            assertThat(list.exitCode()).as("%s", list).isZero();
            return list.out();
        }
    }
}
