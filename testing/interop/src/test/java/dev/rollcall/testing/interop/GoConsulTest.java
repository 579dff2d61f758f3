package dev.rollcall.testing.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.testing.servers.ConsulServers;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Go's own JSON, zlib and hex, as go-micro's and kratos's registries use them, on a real Consul; skipped without Go. */
class GoConsulTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int BUILD_MINUTES = 3;

    @TempDir
    private static Path work;

    private static ConsulServers servers;
    private static Process go;
    private static BufferedWriter in;
    private static BufferedReader out;

    @BeforeAll
    static void start() throws Exception {
        boolean installed = Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "go")));
        Assumptions.assumeTrue(installed, "Go isn't installed: apt install golang-go");
        Path program = work.resolve("consul");
        ProcessBuilder builder = new ProcessBuilder("go", "build", "-o", program.toString(), "main.go")
                .directory(Path.of("src/test/go/consul").toFile())
                .inheritIO();
        builder.environment()
                .putAll(Map.of(
                        "GO111MODULE", "off", "GOCACHE", work.resolve("cache").toString()));
        Process build = builder.start();
        assertThat(build.waitFor(BUILD_MINUTES, TimeUnit.MINUTES)).isTrue();
        assertThat(build.exitValue()).isZero();
        go = new ProcessBuilder(program.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        in = go.outputWriter(StandardCharsets.UTF_8);
        out = go.inputReader(StandardCharsets.UTF_8);
        servers = ConsulServers.builder().inMemory().start();
    }

    @AfterAll
    static void stop() {
        if (go != null) {
            go.destroyForcibly();
        }
        if (servers != null) {
            servers.close();
        }
    }

    private static String ask(String command, String argument) throws IOException {
        in.write(command + " " + argument);
        in.newLine();
        in.flush();
        return String.valueOf(out.readLine());
    }

    private static String health(String service) {
        return "http://" + servers.endpoints().get(0) + "/v1/health/service/" + service + "?passing";
    }

    private static Rollcall rollcall(String layout) {
        return Rollcall.builder(servers.uri() + "/?layout=" + layout)
                .closeOnShutdown(false)
                .connect();
    }

    @Test
    void goMicrosReaderFindsVersionAndMetadataInOurTags() throws Exception {
        try (Rollcall rollcall = rollcall("go-micro")) {
            Registration registration = rollcall.register(Instance.of("micro", "grpc://10.0.0.1:9000")
                    .withVersion("1.0.0")
                    .withMetadata(Map.of("protocol", "grpc", "team", "a<b>&é", "tags", "t,team,e,blue")));
            registration.awaitRegistered(PATIENCE);

            assertThat(ask("micro", health("micro")))
                    .isEqualTo(
                            "[{\"ID\":\"micro~10.0.0.1:9000\",\"Version\":\"1.0.0\",\"Metadata\":{\"protocol\":\"grpc\","
                                    + "\"tags\":\"t,team,e,blue\",\"team\":\"a\\u003cb\\u003e\\u0026é\"},"
                                    + "\"Endpoints\":[\"10.0.0.1:9000\"]}]");
        }
        assertThat(ask("micro", health("micro"))).isEqualTo("[]");
    }

    @Test
    void kratossReaderFindsVersionAndEndpoints() throws Exception {
        try (Rollcall rollcall = rollcall("kratos")) {
            Registration registration =
                    rollcall.register(Instance.of("kratos", "grpc://10.0.0.1:9000", "http://10.0.0.1:8000")
                            .withVersion("v1")
                            .withWeight(20));
            registration.awaitRegistered(PATIENCE);

            assertThat(ask("kratos", health("kratos")))
                    .startsWith("[{\"ID\":\"kratos~10.0.0.1:9000\",\"Version\":\"v1\",\"Metadata\":{")
                    .contains("\"weight\":\"20\"")
                    .endsWith("},\"Endpoints\":[\"grpc://10.0.0.1:9000\",\"http://10.0.0.1:8000\"]}]");
        }
        assertThat(ask("kratos", health("kratos"))).isEqualTo("[]");
    }

    @Test
    void whatGoPacksIsRead() throws Exception {
        String metadata = packed("{\"protocol\":\"http\",\"k\":\"" + "repeated ".repeat(50) + "\"}");
        String body = """
                {"ID":"web-1","Name":"web","Address":"10.0.0.1","Port":80,"Tags":["t-%s","v-%s"]}""".formatted(metadata, packed("2.0"));
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + servers.endpoints().get(0) + "/v1/agent/service/register"))
                .PUT(BodyPublishers.ofString(body))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(200);

        try (Rollcall rollcall = rollcall("go-micro");
                ServiceView view = rollcall.discover("web")) {
            Awaitility.await().atMost(PATIENCE).until(() -> view.instances().size() == 1);
            assertThat(view.instances())
                    .containsExactly(Instance.of("web", "http://10.0.0.1:80")
                            .withId("web-1@consul-0")
                            .withVersion("2.0")
                            .withMetadata(Map.of("protocol", "http", "k", "repeated ".repeat(50))));
        }
    }

    private static String packed(String text) throws IOException {
        return ask("pack", base64(text));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void goWouldPackTheTagsOfShortTextsByteByByteAsWeDo() throws Exception {
        for (String version : List.of("latest", "1.0.0", "v1", "2026.11.22-rc1", "größe")) {
            try (Rollcall rollcall = rollcall("go-micro")) {
                Registration registration = rollcall.register(
                        Instance.of("packed", "http://10.0.0.1:80").withVersion(version));
                registration.awaitRegistered(PATIENCE);
                String answer = HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create(health("packed")))
                                        .build(),
                                BodyHandlers.ofString())
                        .body();

                assertThat(answer).as(version).contains("\"v-" + packed(version) + "\"");
            }
        }
    }
}
