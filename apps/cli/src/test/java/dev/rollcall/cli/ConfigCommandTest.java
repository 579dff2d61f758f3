package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Rollcall;
import dev.rollcall.config.Config;
import dev.rollcall.config.ConfigEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of {@code rollcall config} in this process, on a store in memory. */
class ConfigCommandTest {
    private static final String REGISTRY = "memory:config-command-test";

    private final Rollcall rollcall = Rollcall.connect(REGISTRY);
    private final Config config = rollcall.config();
    private CapturedTerminal terminal = new CapturedTerminal();

    @AfterEach
    void deleteAllAndClose() {
        config.list("").join().forEach(entry -> config.delete(entry.key()).join());
        rollcall.close();
    }

    private int run(String... arguments) {
        terminal = new CapturedTerminal();
        List<String> all = new ArrayList<>(List.of("config"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--registry", REGISTRY, "--timeout", "30s"));
        return terminal.run(all.toArray(new String[0]));
    }

    private ConfigEntry read(String key) {
        return config.read(key).join().orElseThrow();
    }

    @Test
    void whatIsPutIsGotExactly(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("rules.yaml"), "routes:\n  - ä\n");

        assertThat(run("put", "gateway/rules", "--file", file.toString())).isZero();
        assertThat(terminal.out())
                .isEqualTo("gateway/rules written, revision "
                        + read("gateway/rules").revision() + "\n");
        assertThat(run("get", "gateway/rules")).isZero();
        assertThat(terminal.out()).isEqualTo("routes:\n  - ä\n");
        assertThat(run("get", "gateway/rules", "-o", "json")).isZero();
        assertThat(terminal.out())
                .isEqualTo("{\"key\":\"gateway/rules\",\"revision\":"
                        + read("gateway/rules").revision() + ",\"text\":\"routes:\\n  - ä\\n\"}\n");

        assertThat(run("put", "gateway/rules", "", "-o", "json")).isZero();
        assertThat(terminal.out())
                .isEqualTo("{\"key\":\"gateway/rules\",\"revision\":"
                        + read("gateway/rules").revision() + "}\n");
        assertThat(read("gateway/rules").text()).isEmpty();
        assertThat(run("history", "gateway/rules", "-o", "json")).isZero();
        assertThat(terminal.out()).hasLineCount(1);
        assertThat(terminal.err()).isEmpty();
    }

    @Test
    void nothingIsOverwrittenThatWasNotSeen() {
        assertThat(run("put", "limit", "1", "--if-absent")).isZero();
        long revision = read("limit").revision();

        assertThat(run("put", "limit", "2", "--if-absent")).isEqualTo(1);
        assertThat(terminal.err())
                .startsWith("rollcall: config key limit: revision " + revision + " is there (expected: nothing)")
                .hasLineCount(1);
        assertThat(run("put", "limit", "2", "--if-revision", Long.toString(revision + 1)))
                .isEqualTo(1);
        assertThat(run("delete", "limit", "--if-revision", Long.toString(revision + 1)))
                .isEqualTo(1);
        assertThat(read("limit").text()).isEqualTo("1");

        assertThat(run("put", "limit", "2", "--if-revision", Long.toString(revision)))
                .isZero();
        assertThat(read("limit").text()).isEqualTo("2");
        assertThat(run("delete", "limit")).isZero();
        assertThat(config.read("limit").join()).isEmpty();
    }

    @Test
    void aListShowsHowTextsBegin() {
        config.write("a", "1").join();
        config.write("gateway/rules", "first\nsecond\n").join();
        config.write("gateway-v2/rules", "\u001b[31m").join();

        assertThat(run("list")).isZero();
        assertThat(terminal.out().lines().map(line -> line.replaceAll(" +[0-9]+ +", " N ")))
                .containsExactly(
                        "KEY               REVISION  BYTES  TEXT",
                        "a N 1  1",
                        "gateway-v2/rules N 5  \ufffd[31m",
                        "gateway/rules N 13  first …");
        assertThat(run("list", "gateway", "-o", "json")).isZero();
        assertThat(terminal.out()).contains("\"key\":\"gateway/rules\"").hasLineCount(1);
        assertThat(run("list", "nothing")).isZero();
        assertThat(terminal.out()).isEmpty();
        assertThat(terminal.err()).isEqualTo("rollcall: no configuration below nothing in " + REGISTRY + ".\n");
    }

    @Test
    void whatIsNotThereIsOneLine() {
        for (String command : List.of("get", "delete", "history")) {
            assertThat(run(command, "absent")).isEqualTo(1);
            assertThat(terminal.err()).isEqualTo("rollcall: nothing is written at absent in " + REGISTRY + ".\n");
            assertThat(terminal.out()).isEmpty();
        }
    }

    @Test
    void aFileThatCannotBeTheTextIsOneLine(@TempDir Path folder) throws IOException {
        Path latin1 = Files.write(folder.resolve("latin1"), new byte[] {(byte) 0xe4, 'x'});
        Path huge = Files.write(folder.resolve("huge"), new byte[ConfigEntry.MAX_TEXT_BYTES + 1]);

        assertThat(run("put", "a", "--file", latin1.toString())).isEqualTo(1);
        assertThat(terminal.err()).contains("latin1 is not UTF-8").hasLineCount(1);
        assertThat(run("put", "a", "--file", huge.toString())).isEqualTo(1);
        assertThat(terminal.err())
                .contains("huge is too long (expected: up to 524288 bytes)")
                .hasLineCount(1);
        assertThat(run("put", "a", "--file", folder.resolve("none").toString())).isEqualTo(1);
        assertThat(terminal.err()).contains("can't read").hasLineCount(1);
    }

    @Test
    void aDifferenceIsTheLinesInTheMiddle() {
        assertThat(ConfigText.difference("a\nb\nc\nd\n", "a\nB\nc\nd\n")).containsExactly("- b", "+ B");
        assertThat(ConfigText.difference("a\n", "a\nb\n")).containsExactly("+ b");
        assertThat(ConfigText.difference("a\na\n", "a\n")).containsExactly("- a");
        assertThat(ConfigText.difference("", "x\n".repeat(100)))
                .hasSize(41)
                .last()
                .isEqualTo("… and 60 more lines");
    }
}
