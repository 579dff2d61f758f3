package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The main job, on its own registry. */
class DemoCommandTest {
    @Test
    void observesAllThatItClaimsAndLeavesNothing() {
        try (RollcallProcess demo = RollcallProcess.start("demo")) {
            assertThat(demo.exitCode()).as("%s", demo).isZero();
            assertThat(demo.err()).isEmpty();
            assertThat(demo.out()).last().asString().matches("All 13 claims above were observed, in [0-9.]+ s\\.");
            assertThat(processes(demo)).hasSize(3).noneMatch(DemoCommandTest::isAlive);
        }
    }

    @Test
    void staysWithAConsoleIfAsked() throws IOException, InterruptedException {
        try (RollcallProcess demo =
                RollcallProcess.start("demo", "--stay", "--console=127.0.0.1:0", "--allow-changes")) {
            String page = demo.awaitOut(line -> line.startsWith("see it in the browser: "))
                    .replaceAll("^.*: ", "");
            demo.awaitOut(line -> line.contains("three HTTP servers again"));
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create(page)).build(), BodyHandlers.ofString());
            assertThat(answer.body()).contains("<title>Rollcall</title>");
            HttpRequest ask = HttpRequest.newBuilder(
                            URI.create(page + "api/override?service=greeter&id=nobody&weight=7"))
                    .header("X-Rollcall-Console", "1")
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(ask, BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(204);
            demo.signal("INT");

            assertThat(demo.exitCode()).isEqualTo(130);
            assertThat(demo.err())
                    .containsExactly(
                            "rollcall: the console, from 127.0.0.1 asks of greeter/nobody: weight 7 for 60 min",
                            "rollcall: stopped; its processes and files are removed.");
        }
    }

    @Test
    void stoppedHalfWayItLeavesNothingEither() {
        try (RollcallProcess demo = RollcallProcess.start("demo")) {
            demo.awaitOut(line -> line.contains("discovered"));
            demo.signal("INT");

            assertThat(demo.exitCode()).isEqualTo(130);
            assertThat(demo.err()).containsExactly("rollcall: stopped; its processes and files are removed.");
            assertThat(processes(demo)).hasSize(3).noneMatch(DemoCommandTest::isAlive);
        }
    }

    @Test
    void killedItsServicesEndByThemselves() {
        try (RollcallProcess demo = RollcallProcess.start("demo")) {
            demo.awaitOut(line -> line.contains("discovered"));
            List<Long> processes = processes(demo);
            demo.signal("KILL");

            assertThat(demo.exitCode()).isEqualTo(137);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> processes.stream().noneMatch(DemoCommandTest::isAlive));
        }
    }

    private static List<Long> processes(RollcallProcess demo) {
        String line = demo.awaitOut(text -> text.contains("starting three HTTP servers, processes "));
        String ids = line.replaceAll(".*processes ([0-9, ]*);.*", "$1");
        return List.of(ids.split(", ")).stream().map(Long::valueOf).collect(Collectors.toList());
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}
