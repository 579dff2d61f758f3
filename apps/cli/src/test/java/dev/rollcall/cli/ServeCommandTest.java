package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeCommandTest {
    private static final String READY = "registry ready at ";

    @Test
    void servesUntilStoppedAndLeavesNothing() {
        try (RollcallProcess serve = RollcallProcess.start("serve", "--port", "0")) {
            String registry = uri(serve);
            Path data =
                    Path.of(serve.awaitOut(line -> line.startsWith("  data ")).replaceAll("  data +([^,]*),.*", "$1"));
            assertThat(data).isDirectory();

            try (RollcallProcess registered =
                            RollcallProcess.start("register", "orders", "h:1", "--registry", registry);
                    RollcallProcess list = RollcallProcess.start("list", "--registry", registry, "-o", "json")) {
                assertThat(list.exitCode()).isZero();
                registered.awaitOut(line -> line.contains("registered orders/h:1"));
            }
            serve.signal("TERM");
            assertThat(serve.exitCode()).isZero();
            assertThat(serve.out()).last().isEqualTo("registry stopped");
            assertThat(serve.err()).isEmpty();
            assertThat(data).doesNotExist();
        }
    }

    @Test
    void showsItselfInTheBrowserIfAsked() throws IOException, InterruptedException {
        try (RollcallProcess serve = RollcallProcess.start("serve", "--port", "0", "--console=127.0.0.1:0")) {
            String page = serve.awaitOut(line -> line.startsWith("  console ")).replaceAll("^  console +", "");
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create(page)).build(), BodyHandlers.ofString());
            assertThat(answer.body()).contains("<title>Rollcall</title>");
            serve.signal("TERM");
            assertThat(serve.exitCode()).isZero();
        }
    }

    @Test
    void keepsItsDataWhereItIsTold(@TempDir Path directory) {
        Path data = directory.resolve("new/registry");
        try (RollcallProcess serve = RollcallProcess.start("serve", "--port", "0", "--data", data.toString())) {
            uri(serve);
            serve.signal("INT");
            assertThat(serve.exitCode()).isZero();
        }
        assertThat(data).isNotEmptyDirectory();
        assertThat(Files.exists(directory.resolve("new"))).isTrue();
    }

    @Test
    void aPortThatIsTakenIsOneLine() {
        try (RollcallProcess first = RollcallProcess.start("serve", "--port", "0")) {
            String port = uri(first).replaceAll(".*:", "");
            try (RollcallProcess second = RollcallProcess.start("serve", "--port", port)) {
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(second.out()).isEmpty();
                assertThat(second.err()).singleElement().asString().contains(port);
            }
            assertThat(first.isAlive()).isTrue();
        }
    }

    private static String uri(RollcallProcess serve) {
        return serve.awaitOut(line -> line.startsWith(READY)).substring(READY.length());
    }
}
