package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import dev.rollcall.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code rollcall resolve} in this process, on a store in memory. */
class ResolveCommandTest {
    private static final String REGISTRY = "memory:resolve-command-test";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Rollcall rollcall = Rollcall.connect(REGISTRY);
    private CapturedTerminal terminal = new CapturedTerminal();

    @AfterEach
    void close() {
        rollcall.close();
    }

    private void register(Instance instance) throws InterruptedException {
        rollcall.register(instance).awaitRegistered(LIMIT);
    }

    private int run(String... arguments) {
        terminal = new CapturedTerminal();
        List<String> all = new ArrayList<>(List.of("resolve", "orders"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--registry", REGISTRY, "--timeout", "30s"));
        return terminal.run(all.toArray(new String[0]));
    }

    private void registerTwo() throws InterruptedException {
        register(Instance.of("orders", "http://10.0.0.5:8080", "grpc://10.0.0.5:9090")
                .withZone("a")
                .withVersion("2")
                .withMetadata("team", "blue"));
        register(Instance.of("orders", "http://10.0.0.6:8080").withZone("b").withVersion("1"));
    }

    @Test
    void printsOneAddressAndNothingElse() throws InterruptedException {
        registerTwo();

        assertThat(run()).isZero();
        assertThat(terminal.out()).isIn("10.0.0.5:8080\n", "10.0.0.6:8080\n");
        assertThat(terminal.err()).isEmpty();
    }

    @Test
    void choosesAmongThoseThatMeetTheConditions() throws InterruptedException {
        registerTwo();

        assertThat(run("--endpoint", "grpc")).isZero();
        assertThat(terminal.out()).isEqualTo("10.0.0.5:9090\n");
        assertThat(run("--version", "1")).isZero();
        assertThat(terminal.out()).isEqualTo("10.0.0.6:8080\n");
        assertThat(run("--meta", "team=blue")).isZero();
        assertThat(terminal.out()).isEqualTo("10.0.0.5:8080\n");
        assertThat(run("--zone", "b")).isZero();
        assertThat(terminal.out()).isEqualTo("10.0.0.6:8080\n");
    }

    @Test
    void theSameKeyGetsTheSameInstance() throws InterruptedException {
        registerTwo();

        run("--balancer", "consistent-hash", "--key", "user-7");
        String first = terminal.out();
        for (int i = 0; i < 10; i++) {
            run("--balancer", "consistent-hash", "--key", "user-7");
            assertThat(terminal.out()).isEqualTo(first);
        }
    }

    @Test
    void everyBalancerChoosesSomebody() throws InterruptedException {
        registerTwo();

        for (BalancerName balancer : BalancerName.values()) {
            assertThat(run("--balancer", balancer.toString()))
                    .as(balancer.toString())
                    .isZero();
        }
    }

    @Test
    void saysWhyThisOneAndWhyNotTheOthers() throws InterruptedException {
        registerTwo();
        register(Instance.of("orders", "http://10.0.0.7:8080").withVersion("2").withStatus(Status.OUT_OF_SERVICE));

        assertThat(run("--version", "2", "--explain")).isZero();
        assertThat(terminal.out())
                .startsWith("10.0.0.5:8080\n\n- weightedRandom: each with a chance in proportion to its weight\n\n")
                .containsPattern("10\\.0\\.0\\.5:8080 .*chosen\n")
                .containsPattern("10\\.0\\.0\\.6:8080 .*excluded: not version=2\n")
                .containsPattern("10\\.0\\.0\\.7:8080 .*excluded: OUT_OF_SERVICE\n");
    }

    @Test
    void jsonHasTheAddressTheInstanceAndTheExplanation() throws InterruptedException {
        registerTwo();

        assertThat(run("--endpoint", "grpc", "-o", "json")).isZero();
        assertThat(terminal.out())
                .isEqualTo("{\"address\":\"10.0.0.5:9090\",\"endpoint\":\"grpc://10.0.0.5:9090\","
                        + "\"service\":\"orders\",\"id\":\"10.0.0.5:8080\","
                        + "\"endpoints\":[\"http://10.0.0.5:8080\",\"grpc://10.0.0.5:9090\"],\"weight\":1,\"status\":\"up\","
                        + "\"zone\":\"a\",\"version\":\"2\",\"metadata\":{\"team\":\"blue\"}}\n");
        assertThat(run("--version", "3", "--explain", "-o", "json")).isEqualTo(1);
        assertThat(terminal.out())
                .startsWith("{\"reasons\":[],\"considered\":[],\"excluded\":[{\"reason\":\"not version=3\",");
    }

    @Test
    void nobodyToChooseIsAFailureThatSaysWhy() throws InterruptedException {
        assertThat(run()).isEqualTo(1);
        assertThat(terminal.err())
                .isEqualTo("rollcall: no instance of orders in " + REGISTRY
                        + ": '--wait 30s' waits for one, --explain says more.\n");
        registerTwo();

        assertThat(run("--version", "3")).isEqualTo(1);
        assertThat(terminal.out()).isEmpty();
        assertThat(terminal.err())
                .startsWith("rollcall: none of the 2 known of orders can be chosen (2 not version=3)")
                .hasLineCount(1);
    }

    @Test
    void waitsForSomebodyToChoose() throws InterruptedException {
        register(Instance.of("orders", "http://10.0.0.6:8080").withVersion("1"));
        CompletableFuture<Integer> waiting =
                CompletableFuture.supplyAsync(() -> run("--version", "2", "--wait", "30s"));
        assertThat(waiting).isNotDone();
        register(Instance.of("orders", "http://10.0.0.5:8080").withVersion("2"));

        assertThat(waiting.join()).isZero();
        assertThat(terminal.out()).isEqualTo("10.0.0.5:8080\n");
        assertThat(run("--version", "3", "--wait", "10ms")).isEqualTo(1);
        assertThat(terminal.err()).contains("waited 10 ms");
    }
}
