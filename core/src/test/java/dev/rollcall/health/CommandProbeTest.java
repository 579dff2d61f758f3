package dev.rollcall.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandProbeTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final Instance INSTANCE = Instance.of("orders", "http://10.0.0.5:8080");

    @ParameterizedTest
    @CsvSource({
        "true, true, exit code 0",
        "exit 1, false, exit code 1",
        "echo; echo disk full >&2; echo more; exit 2, false, exit code 2: disk full",
        "kill -9 $$, false, exit code 137",
        "read line && exit 3, false, exit code 1"
    })
    void theExitCodeDecidesAndTheFirstLineExplains(String script, boolean passed, String detail)
            throws InterruptedException {
        assertThat(run(script, PATIENT)).isEqualTo(new ProbeResult(passed, "running sh: " + detail));
    }

    @Test
    void theInstanceIsInTheEnvironment() throws InterruptedException {
        assertThat(run("echo $ROLLCALL_SERVICE $ROLLCALL_ID $ROLLCALL_HOST $ROLLCALL_PORT", PATIENT)
                        .detail())
                .endsWith("exit code 0: orders 10.0.0.5:8080 10.0.0.5 8080");
    }

    @Test
    void aFloodOfOutputNeitherBlocksTheProgramNorFillsTheMemory() throws InterruptedException {
        ProbeResult result = run("echo flooding; head -c 20000000 /dev/zero; exit 4", PATIENT);

        assertThat(result.detail()).endsWith("exit code 4: flooding");
    }

    @Test
    void aFloodWithoutEndIsKilledAtTheTimeout() throws InterruptedException {
        assertThat(run("yes", SHORT).detail()).endsWith("still running after 300 ms, killed");
    }

    @Test
    void aHungProgramIsKilledWithItsChildren(@TempDir Path directory) throws IOException, InterruptedException {
        Path pids = directory.resolve("pids");
        ProbeResult result = run(
                "(sleep 1000 & echo $! >>" + pids + "; wait) & echo $! >>" + pids + "; wait", Duration.ofSeconds(2));

        assertThat(result.detail()).endsWith("still running after 2000 ms, killed");
        List<String> started = Files.readAllLines(pids);
        assertThat(started).hasSize(2);
        await().atMost(PATIENT).until(() -> started.stream().noneMatch(CommandProbeTest::isRunning));
    }

    @Test
    void aBackgroundProcessThatKeepsThePipeOpenIsNotWaitedFor(@TempDir Path directory)
            throws IOException, InterruptedException {
        Path pid = directory.resolve("pid");

        ProbeResult result = run("sleep 1000 & echo $! >" + pid, PATIENT);

        assertThat(result.detail()).endsWith("exit code 0");
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void anInterruptedProbeKillsItsProgram(@TempDir Path directory) throws InterruptedException {
        Path pid = directory.resolve("pid");
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread probing = new Thread(() -> {
            try {
                run(
                        "echo $$ >" + pid + ".new; mv " + pid + ".new " + pid + "; exec sleep 1000",
                        Duration.ofMinutes(10));
            } catch (InterruptedException e) {
                thrown.set(e);
            }
        });
        probing.start();
        await().atMost(PATIENT).until(() -> Files.exists(pid));

        probing.interrupt();
        probing.join(PATIENT.toMillis());

        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        await().atMost(PATIENT).until(() -> !isRunning(Files.readString(pid).strip()));
    }

    @Test
    void manyRunsLeaveNoProcessBehind() throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            assertThat(run("exit 0", PATIENT).passed()).isTrue();
        }

        await().atMost(PATIENT).until(() -> ProcessHandle.current().children().count() == 0);
    }

    @Test
    void aProgramThatIsNotThereFails() throws InterruptedException {
        assertThat(CommandProbe.of(List.of("/no/such/program"))
                        .probe(INSTANCE, PATIENT)
                        .detail())
                .startsWith("running /no/such/program: ")
                .contains("No such file");
    }

    @Test
    void nothingIsNoCommand() {
        assertThatIllegalArgumentException().isThrownBy(() -> CommandProbe.of(List.of()));
    }

    private static ProbeResult run(String script, Duration timeout) throws InterruptedException {
        return CommandProbe.of(List.of("sh", "-c", script)).probe(INSTANCE, timeout);
    }

    private static boolean isRunning(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).isPresent() && !isZombie(pid);
    }

    /** Dead, and not reaped by its new parent yet. */
    private static boolean isZombie(String pid) {
        try {
            String stat = Files.readString(Path.of("/proc", pid, "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'Z';
        } catch (IOException e) {
            return false;
        }
    }
}
