package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleCommandTest {
    private static final String READY = "console ready at ";
    private static final String TOKEN = "a token of the test's own";

    @Test
    void showsARegistryThatIsAwayUntilStopped() throws Exception {
        try (RollcallProcess console =
                RollcallProcess.start("console", "zookeeper://127.0.0.1:1", "--listen", "127.0.0.1:0")) {
            String uri = uri(console);
            assertThat(uri).startsWith("http://127.0.0.1:");
            assertThat(status(uri, "")).isEqualTo(200);
            console.awaitErr(line -> line.contains("the registry zookeeper://127.0.0.1:1 does not answer"));

            console.signal("TERM");
            assertThat(console.exitCode()).isZero();
            assertThat(console.out()).last().isEqualTo("console stopped");
        }
    }

    @Test
    void asksForTheTokenOfAFile(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("token"), TOKEN + "\n");
        try (RollcallProcess console =
                RollcallProcess.start("console", "memory:", "--listen", "0.0.0.0:0", "--token-file", file.toString())) {
            String uri = uri(console).replace("0.0.0.0", "127.0.0.1");
            assertThat(status(uri, "")).isEqualTo(401);
            assertThat(status(uri, TOKEN)).isEqualTo(200);
            assertThat(console.out()).noneMatch(line -> line.contains(TOKEN));
        }
    }

    @Test
    void asksForTheTokenOfTheEnvironment() throws Exception {
        try (RollcallProcess console = RollcallProcess.start(
                Map.of(ConsoleAccess.TOKEN_VARIABLE, TOKEN), "console", "memory:", "--listen", "127.0.0.1:0")) {
            String uri = uri(console);
            assertThat(status(uri, "")).isEqualTo(401);
            assertThat(status(uri, TOKEN)).isEqualTo(200);
        }
    }

    @Test
    void aTokenFileThatIsMissingIsOneLine() {
        CapturedTerminal terminal = new CapturedTerminal();
        assertThat(terminal.run("console", "memory:", "--token-file", "/nowhere/token"))
                .isEqualTo(1);
        assertThat(terminal.err())
                .contains("can't read the token file", "/nowhere/token")
                .hasLineCount(1);
    }

    private static String uri(RollcallProcess console) {
        return console.awaitOut(line -> line.startsWith(READY)).substring(READY.length());
    }

    private static int status(String uri, String token) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return HttpClient.newHttpClient()
                .send(request.build(), BodyHandlers.discarding())
                .statusCode();
    }
}
