package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code rollcall override} in this process, on a store in memory. */
class OverrideCommandTest {
    private static final String REGISTRY = "memory:override-command-test";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Rollcall rollcall = Rollcall.connect(REGISTRY);
    private CapturedTerminal terminal = new CapturedTerminal();

    @AfterEach
    void close() {
        rollcall.overrides().clear("orders", "a").join();
        rollcall.close();
    }

    @Test
    void whoFollowsIsSeenToAndPutBack() throws InterruptedException {
        Registration orders =
                rollcall.register(Instance.of("orders", "http://10.0.0.1:80").withId("a"));
        orders.awaitRegistered(LIMIT);

        assertThat(run("--drain", "--weight", "3", "--for", "10m")).isZero();
        assertThat(terminal.out())
                .startsWith("orders/a is asked to be draining, weight 3 until ")
                .endsWith("orders/a follows\n");
        assertThat(orders.override().orElseThrow().status()).isEqualTo(Status.DRAINING);
        assertThat(run("--clear")).isZero();
        assertThat(terminal.out()).isEqualTo("orders/a is as its owner says again\n");
        await().atMost(LIMIT).untilAsserted(() -> assertThat(orders.override()).isEmpty());
        assertThat(run("--clear")).isZero();
        assertThat(terminal.out()).isEqualTo("orders/a was asked for nothing\n");
    }

    @Test
    void aRegistryThatIsAwayLeavesOpenWhatBecameOfItAndSaysWhereToLook() {
        assertThat(terminal.run(
                        "override", "orders", "a", "--drain", "--registry", "etcd://127.0.0.1:1", "--timeout=1s"))
                .isEqualTo(ExitCode.UNREACHABLE);
        assertThat(terminal.err())
                .contains(
                        "may have been carried out or not",
                        "'rollcall config get rollcall/overrides/orders/a' shows it")
                .hasLineCount(1);
    }

    @Test
    void whoDoesNotFollowIsTold() throws InterruptedException {
        try (Rollcall deaf = Rollcall.connect(REGISTRY + "?overrides=ignore")) {
            deaf.register(Instance.of("orders", "http://10.0.0.1:80").withId("a"))
                    .awaitRegistered(LIMIT);

            assertThat(run("--out-of-service", "--wait", "100ms")).isEqualTo(1);
            assertThat(terminal.err())
                    .startsWith("rollcall: orders/a has not followed within 100 ms. Its owner may be other software")
                    .hasLineCount(1);
        }
    }

    @Test
    void whoIsNotRegisteredYetMayBeAskedAhead() {
        assertThat(run("--weight", "3")).isZero();
        assertThat(terminal.err()).contains("orders/a isn't registered now");
    }

    private int run(String... arguments) {
        terminal = new CapturedTerminal();
        List<String> all = new ArrayList<>(List.of("override", "orders", "a"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--registry", REGISTRY, "--timeout", "30s"));
        return terminal.run(all.toArray(new String[0]));
    }
}
