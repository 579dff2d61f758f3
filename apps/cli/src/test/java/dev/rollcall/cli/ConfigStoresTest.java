package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Rollcall;
import dev.rollcall.config.ConfigEntry;
import dev.rollcall.testing.servers.EtcdServers;
import dev.rollcall.testing.servers.StoreServers;
import dev.rollcall.testing.servers.ZooKeeperServers;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands of {@code rollcall config} against real stores, as processes. */
class ConfigStoresTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static EtcdServers etcd;
    private static ZooKeeperServers zooKeeper;

    @BeforeAll
    static void startStores() {
        etcd = EtcdServers.start();
        zooKeeper = ZooKeeperServers.start();
    }

    @AfterAll
    static void stopStores() {
        Stream.of(etcd, zooKeeper).forEach(StoreServers::close);
    }

    static Stream<String> registries() {
        return Stream.of(etcd.uri(), zooKeeper.uri());
    }

    @ParameterizedTest
    @MethodSource("registries")
    void whatIsPutIsSeenByThoseWhoWatch(String registry) throws IOException {
        try (RollcallProcess watch = start(registry, Map.of(), "watch", "limits/", "-o", "json")) {
            watch.awaitOut(line -> line.startsWith("{\"event\":\"fresh\""));
            try (RollcallProcess put = start(registry, Map.of(), "put", "limits/orders", "-")) {
                try (OutputStream in = put.in()) {
                    in.write("perSecond: 5\n".getBytes(StandardCharsets.UTF_8));
                }
                assertThat(put.exitCode()).as("%s", put).isZero();
                assertThat(put.out()).singleElement().asString().startsWith("limits/orders written, revision ");
            }
            watch.awaitOut(line -> line.startsWith("{\"event\":\"written\"")
                    && line.endsWith("\"key\":\"limits/orders\",\"text\":\"perSecond: 5\\n\"}"));
            assertThat(output(registry, "get", "limits/orders")).isEqualTo("perSecond: 5");
            assertThat(output(registry, "delete", "limits/orders")).isEqualTo("limits/orders deleted");
            watch.awaitOut(line -> line.startsWith("{\"event\":\"deleted\""));
            watch.signal("INT");
            assertThat(watch.exitCode()).isEqualTo(130);
            assertThat(watch.err()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("registries")
    void whatIsEditedIsWrittenBack(String registry) {
        try (Rollcall rollcall = Rollcall.connect(registry)) {
            rollcall.config().write("edited/rules.yaml", "retries: 1\n").join();
            Map<String, String> editor = Map.of("VISUAL", "", "EDITOR", "sed -i s/1/2/");
            try (RollcallProcess edit = start(registry, editor, "edit", "edited/rules.yaml")) {
                assertThat(edit.exitCode()).as("%s", edit).isZero();
                assertThat(edit.out()).singleElement().asString().startsWith("edited/rules.yaml written, revision ");
            }
            assertThat(rollcall.config().read("edited/rules.yaml").join().map(ConfigEntry::text))
                    .contains("retries: 2\n");
        }
    }

    @Test
    void whoWasSlowerIsToldWhatChangedAndLosesNothing(@TempDir Path folder) throws IOException {
        Path editing = folder.resolve("editing");
        Path changed = folder.resolve("changed");
        Path script = Files.writeString(
                folder.resolve("editor"),
                "sed -i s/1/mine/ \"$1\"; touch " + editing + "; while [ ! -e " + changed
                        + " ]; do sleep 0.05; done\n");
        try (Rollcall rollcall = Rollcall.connect(etcd.uri())) {
            rollcall.config().write("rules", "retries: 1\nlimit: 5\n").join();
            try (RollcallProcess edit = start(etcd.uri(), Map.of("VISUAL", "sh " + script), "edit", "rules")) {
                await().atMost(LIMIT).until(() -> Files.exists(editing));
                ConfigEntry theirs = rollcall.config()
                        .write("rules", "retries: theirs\nlimit: 5\n")
                        .join();
                Files.createFile(changed);

                assertThat(edit.exitCode()).isEqualTo(1);
                assertThat(edit.out()).isEmpty();
                assertThat(edit.err())
                        .contains("rollcall: - retries: 1", "rollcall: + retries: theirs")
                        .last()
                        .asString()
                        .contains("changed by somebody else", "--if-revision " + theirs.revision());
                assertThat(rollcall.config().read("rules").join()).contains(theirs);
                Path kept = kept(edit);
                assertThat(kept).content().isEqualTo("retries: mine\nlimit: 5\n");
                Files.delete(kept);
            }
        }
    }

    @Test
    void whatAnEditorSavedBeforeItFailedIsKept() throws IOException {
        Map<String, String> editor = Map.of("VISUAL", "sh -c 'printf mine > \"$0\"; exit 3'");
        try (RollcallProcess edit = start(etcd.uri(), editor, "edit", "unsaved/rules")) {
            assertThat(edit.exitCode()).isEqualTo(1);
            assertThat(edit.err()).anyMatch(line -> line.contains("ended with exit code 3; nothing was written"));
            Path kept = kept(edit);
            assertThat(kept).content().isEqualTo("mine");
            Files.delete(kept);
        }
    }

    @Test
    void aKeyThatIsNotUtf8CanBeDeletedAndWrittenAnew() throws IOException, InterruptedException {
        putInvalid("broken/key");
        try (RollcallProcess get = start(etcd.uri(), Map.of(), "get", "broken/key")) {
            assertThat(get.exitCode()).isEqualTo(1);
            assertThat(get.err()).singleElement().asString().contains("broken/key", "UTF-8");
        }
        assertThat(output(etcd.uri(), "delete", "broken/key")).isEqualTo("broken/key deleted");
        putInvalid("broken/key");
        assertThat(output(etcd.uri(), "put", "broken/key", "good")).startsWith("broken/key written");
    }

    /** By etcd's own JSON gateway. */
    private static void putInvalid(String key) throws IOException, InterruptedException {
        Base64.Encoder base64 = Base64.getEncoder();
        String body = "{\"key\":\"%s\",\"value\":\"%s\"}"
                .formatted(
                        base64.encodeToString(("config/" + key).getBytes(StandardCharsets.UTF_8)),
                        base64.encodeToString(new byte[] {(byte) 0xff, (byte) 0xfe}));
        HttpResponse<Void> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create("http://" + etcd.endpoints().get(0) + "/v3/kv/put"))
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .timeout(LIMIT)
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
        assertThat(response.statusCode()).isEqualTo(200);
    }

    private static Path kept(RollcallProcess edit) {
        return Path.of(edit.err().stream()
                .filter(line -> line.contains("kept in"))
                .findFirst()
                .orElseThrow()
                .replaceFirst(".*kept in ", ""));
    }

    private static RollcallProcess start(
            String registry, Map<String, String> environment, String command, String... arguments) {
        Stream<String> all = Stream.concat(
                Stream.of("config", command, "--registry", registry, "--timeout", "30s"), Stream.of(arguments));
        return RollcallProcess.start(environment, all.toArray(String[]::new));
    }

    private static String output(String registry, String command, String... arguments) {
        try (RollcallProcess process = start(registry, Map.of(), command, arguments)) {
            assertThat(process.exitCode()).as("%s", process).isZero();
            return String.join("\n", process.out());
        }
    }
}
