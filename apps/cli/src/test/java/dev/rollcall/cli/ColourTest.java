package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Colours and progress are for terminals, and for those who want them. */
class ColourTest {
    private static final String ESCAPE = "\u001b";
    private static final String REGISTRY = "memory:colour-test";

    private static Rollcall rollcall;

    @BeforeAll
    static void register() throws InterruptedException {
        rollcall = Rollcall.connect(REGISTRY);
        rollcall.register(Instance.of("orders", "http://10.0.0.5:8080")).awaitRegistered(Duration.ofSeconds(30));
        rollcall.config().write("limits/orders", "5").join();
    }

    @AfterAll
    static void close() {
        rollcall.close();
    }

    /** One of each command that prints something and ends. */
    static Stream<String> commands() {
        return Stream.of(
                "list",
                "list orders",
                "resolve orders --explain",
                "config list",
                "config history limits/orders",
                "doctor");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void resultsAreColouredOnATerminalAlone(String command) {
        String[] arguments = (command + " --registry " + REGISTRY + " --timeout 30s").split(" ");
        CapturedTerminal coloured = new CapturedTerminal(true);
        CapturedTerminal plain = new CapturedTerminal(false);

        assertThat(coloured.run(arguments)).isZero();
        assertThat(plain.run(arguments)).isZero();

        assertThat(coloured.out()).contains(ESCAPE + "[");
        assertThat(plain.out()).doesNotContain(ESCAPE);
        assertThat(plain.err()).doesNotContain(ESCAPE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "list orders", "resolve orders --explain", "config list", "doctor"})
    void jsonIsNeverColoured(String command) {
        CapturedTerminal coloured = new CapturedTerminal(true);
        coloured.run((command + " -o json --registry " + REGISTRY + " --timeout 30s").split(" "));

        assertThat(coloured.out()).startsWith("{").doesNotContain(ESCAPE);
    }

    /** The launcher says what is a terminal; the environment may still forbid. */
    @Test
    void theEnvironmentDecidesToo() {
        List<String> terminal = List.of("-Drollcall.terminal=true", "-Drollcall.terminal.err=true");
        String options = String.join(" ", terminal);

        assertThat(usage(Map.of("JDK_JAVA_OPTIONS", options, "TERM", "xterm"))).contains(ESCAPE + "[");
        assertThat(usage(Map.of("JDK_JAVA_OPTIONS", options, "TERM", "xterm", "NO_COLOR", "1")))
                .doesNotContain(ESCAPE);
        assertThat(usage(Map.of("JDK_JAVA_OPTIONS", options, "TERM", "dumb"))).doesNotContain(ESCAPE);
        assertThat(usage(Map.of("JDK_JAVA_OPTIONS", "-Drollcall.terminal=true", "TERM", "xterm")))
                .as("usage on a standard error that is no terminal")
                .doesNotContain(ESCAPE);
    }

    private static String usage(Map<String, String> environment) {
        try (RollcallProcess process = RollcallProcess.start(environment, "config")) {
            assertThat(process.exitCode()).isEqualTo(2);
            return String.join("\n", process.err());
        }
    }
}
