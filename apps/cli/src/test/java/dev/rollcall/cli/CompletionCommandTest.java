package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rollcall completion}, sourced by real shells. */
class CompletionCommandTest {
    @TempDir
    private Path folder;

    private Path script(String shell) throws IOException {
        CapturedTerminal terminal = new CapturedTerminal();
        assertThat(terminal.run("completion", shell)).isZero();
        return Files.writeString(folder.resolve(shell), terminal.out());
    }

    /** What bash offers for the last of these words. */
    private List<String> completed(String... words) throws IOException, InterruptedException {
        return output(
                "bash",
                "source " + script("bash") + "; COMP_WORDS=(" + String.join(" ", words) + "); COMP_CWORD="
                        + (words.length - 1) + "; _complete_rollcall 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"");
    }

    private static List<String> output(String shell, String commands) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(shell).redirectErrorStream(true).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(commands.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().map(String::strip).toList();
    }

    @Test
    void bashCompletesCommands() throws IOException, InterruptedException {
        assertThat(completed("rollcall", "re")).containsExactlyInAnyOrder("register", "resolve");
        assertThat(completed("rollcall", "config", "\"\"")).contains("get", "put", "list", "watch", "edit");
    }

    @Test
    void bashCompletesOptionsAndTheirValues() throws IOException, InterruptedException {
        assertThat(completed("rollcall", "resolve", "--ba")).containsExactly("--balancer");
        assertThat(completed("rollcall", "resolve", "--balancer", "weighted"))
                .containsExactlyInAnyOrder("weighted-random", "weighted-round-robin");
        assertThat(completed("rollcall", "list", "-o", "j")).containsExactly("json");
    }

    @Test
    void bashCompletesOptionsInFrontAndWhatComesBehindThem() throws IOException, InterruptedException {
        assertThat(completed("rollcall", "--reg")).containsExactly("--registry");
        assertThat(completed("rollcall", "-o", "j")).containsExactly("json");
        assertThat(completed("rollcall", "--registry", "memory:", "res")).containsExactly("resolve");
        assertThat(completed("rollcall", "--registry", "memory:", "resolve", "--ba"))
                .containsExactly("--balancer");
    }

    @Test
    void commandsOfItsOwnAreNotOffered() throws IOException, InterruptedException {
        assertThat(completed("rollcall", "\"\"")).contains("doctor").doesNotContain("rehearse", "demo-service");
    }

    @Test
    void zshTakesItsScript() throws IOException, InterruptedException {
        assumeThat(Stream.of("/bin/zsh", "/usr/bin/zsh").map(Path::of))
                .as("zsh is not installed, so nothing can read its script")
                .anyMatch(Files::isExecutable);

        assertThat(output(
                        "zsh",
                        "autoload -Uz compinit && compinit -D -u; source " + script("zsh")
                                + "; print -r -- ${_comps[rollcall]}"))
                .last()
                .asString()
                .contains("_complete_rollcall");
    }
}
