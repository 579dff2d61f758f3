package dev.rollcall.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Rollcall;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Options that stand in front of the command's name, as users of other commands write them. */
class OptionsInFrontTest {
    private static final String REGISTRY = "memory:options-in-front-test";
    private static final String JSON = "{\"key\":\"a/b\",\"revision\":";

    private final CapturedTerminal terminal = new CapturedTerminal();
    private final Rollcall rollcall = Rollcall.connect(REGISTRY);

    @BeforeEach
    void write() {
        rollcall.config().compareAndSet("a/b", "text", 0).join();
    }

    @AfterEach
    void close() {
        rollcall.config().delete("a/b").join();
        rollcall.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--registry REGISTRY -o json config get a/b",
                "--registry=REGISTRY -ojson config get a/b",
                "config --registry REGISTRY -o json get a/b",
                "--output json config --registry REGISTRY get a/b",
                "-o json config get a/b --registry REGISTRY",
                "--registry memory:nothing -o table config --registry REGISTRY -o json get a/b",
                "--registry memory:nothing -o table config get a/b --registry REGISTRY -o json"
            })
    void meanTheSameAsBehindIt(String arguments) {
        assertThat(terminal.run(arguments.replace("REGISTRY", REGISTRY).split(" ")))
                .isZero();

        assertThat(terminal.out()).startsWith(JSON);
        assertThat(terminal.err()).isEmpty();
    }

    @Test
    void theTimeoutIsTheCommands() {
        CommandLine commandLine = Main.commandLine(terminal.terminal());

        assertThat(commandLine.execute("--timeout", "200ms", "--registry", "etcd://127.0.0.1:9", "list"))
                .isEqualTo(ExitCode.UNREACHABLE);

        CommandLine list = requireNonNull(commandLine.getSubcommands().get("list"));
        Duration timeout = list.getCommandSpec().findOption("--timeout").getValue();
        assertThat(timeout).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void helpNamesThemOnce() {
        assertThat(terminal.run("--help")).isZero();
        assertThat(terminal.out().lines().filter(line -> line.contains("--registry=")))
                .hasSize(1);
    }

    @Test
    void helpBehindThemIsTheCommands() {
        assertThat(terminal.run("-o", "json", "gateway", "--help")).isZero();

        assertThat(terminal.out()).startsWith("Usage: rollcall gateway");
    }
}
