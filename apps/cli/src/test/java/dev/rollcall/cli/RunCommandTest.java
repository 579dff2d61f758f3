package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program's life, without a registry that answers: what runs must not depend on one. */
class RunCommandTest {
    private static final String SIGNAL_IS_IGNORED =
            "the tests were started by something that ignores this signal, as nohup does SIGHUP and a script's & SIGINT";

    private static final int HUP = 1;

    /** Starts at once, like a registry in this JVM that nobody else sees. */
    private static final String REGISTRY = "memory:run";

    @ParameterizedTest
    @CsvSource({"exit 0,0", "exit 7,7", "kill -9 $$,137", "kill -TERM $$,143"})
    void exitsWithTheProgramsCode(String script, int code) {
        try (RollcallProcess run = run(REGISTRY, "sh", "-c", script)) {
            assertThat(run.exitCode()).isEqualTo(code);
        }
    }

    @Test
    void aProgramThatIsNotFoundIs127() {
        try (RollcallProcess run = run(REGISTRY, "no-such-program")) {
            assertThat(run.exitCode()).isEqualTo(127);
            assertThat(run.err()).singleElement().asString().contains("no-such-program", "not found");
        }
    }

    @Test
    void aProgramThatIsNotExecutableIs126(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("plain.txt"), "text");
        try (RollcallProcess run = run(REGISTRY, file.toString())) {
            assertThat(run.exitCode()).isEqualTo(126);
        }
    }

    @Test
    void standardStreamsAreTheProgramsOwn() throws IOException {
        try (RollcallProcess run = run(REGISTRY, "sh", "-c", "read line; echo \"got $line\"; echo oops >&2")) {
            run.in().write("hello\n".getBytes(StandardCharsets.UTF_8));
            run.in().close();

            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).containsExactly("got hello");
            assertThat(run.err()).contains("oops");
        }
    }

    @ParameterizedTest
    @CsvSource({"TERM,143", "INT,130", "HUP,129"})
    void signalsArePassedOn(String signal, int code) throws IOException {
        assumeFalse(isIgnored(code - 128), SIGNAL_IS_IGNORED);
        String script = "trap 'echo " + signal + "; exit " + code + "' " + signal
                + "; echo ready; while :; do sleep 0.05; done";
        try (RollcallProcess run = run(REGISTRY, "sh", "-c", script)) {
            run.awaitOut("ready"::equals);
            run.signal(signal);

            assertThat(run.exitCode()).isEqualTo(code);
            assertThat(run.out()).containsExactly("ready", signal);
        }
    }

    @Test
    void aProgramMaySurviveASignal() throws IOException {
        assumeFalse(isIgnored(HUP), SIGNAL_IS_IGNORED);
        String script = "trap 'echo again' HUP; echo ready; while :; do sleep 0.05; done";
        try (RollcallProcess run = run(REGISTRY, "sh", "-c", script)) {
            run.awaitOut("ready"::equals);
            run.signal("HUP");
            run.awaitOut("again"::equals);

            assertThat(run.isAlive()).isTrue();
            run.signal("TERM");
            assertThat(run.exitCode()).isEqualTo(143);
        }
    }

    @Test
    void aPortThatIsTakenIsAnErrorBeforeTheProgramStarts(@TempDir Path directory) throws IOException {
        Path started = directory.resolve("started");
        try (ServerSocket taken = new ServerSocket(0);
                RollcallProcess run = RollcallProcess.start(
                        "run",
                        "--service",
                        "orders",
                        "--port",
                        Integer.toString(taken.getLocalPort()),
                        "--registry",
                        REGISTRY,
                        "--",
                        "touch",
                        started.toString())) {
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err())
                    .singleElement()
                    .asString()
                    .contains("127.0.0.1:" + taken.getLocalPort(), "another process");
            assertThat(started).doesNotExist();
        }
    }

    @Test
    void theProgramRunsWhileTheRegistryIsAway() {
        int port = freePort();
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "--service",
                "orders",
                "--port",
                Integer.toString(port),
                "--registry",
                "etcd://127.0.0.1:9",
                "--timeout",
                "200ms",
                "--drain",
                "0s",
                "--"));
        arguments.addAll(ListeningProgram.command(port));
        try (RollcallProcess run = RollcallProcess.start(arguments.toArray(new String[0]))) {
            run.awaitOut("ready"::equals);
            run.awaitErr(line -> line.contains("not registered yet, trying on"));
            run.signal("TERM");

            assertThat(run.exitCode()).isEqualTo(143);
        }
    }

    @Test
    void quietSaysNothing() {
        try (RollcallProcess run = run(REGISTRY, "-q", "sh", "-c", "exit 3")) {
            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.err()).isEmpty();
        }
    }

    private static RollcallProcess run(String registry, String... command) {
        List<String> arguments = new ArrayList<>(
                List.of("run", "--service", "orders", "--port", Integer.toString(freePort()), "--registry", registry));
        int options = 0;
        while (command[options].startsWith("-")) {
            arguments.add(command[options++]);
        }
        arguments.add("--");
        arguments.addAll(List.of(command).subList(options, command.length));
        return RollcallProcess.start(arguments.toArray(new String[0]));
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether SIGHUP, signal 1, is ignored by this process, and so by all that it starts. */
    /** Whether this process, and so each that it starts, ignores a signal. */
    private static boolean isIgnored(int signal) throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                        .anyMatch(ignored -> (ignored >>> (signal - 1) & 1) == 1);
    }
}
