package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
    private final CapturedTerminal terminal = new CapturedTerminal();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "serve",
                "register",
                "run",
                "list",
                "watch",
                "resolve",
                "doctor",
                "completion",
                "config",
                "config get",
                "config put",
                "config edit",
                "config delete",
                "config list",
                "config watch",
                "config history",
                "override",
                "gateway",
                "console",
                "bridge"
            })
    void everyCommandHasHelpWithExamplesAndExitCodes(String command) {
        assertThat(terminal.run((command + " --help").split(" "))).isZero();

        assertThat(terminal.out())
                .startsWith("Usage: rollcall " + command)
                .contains("\nExamples:\n  rollcall " + command, "\nExit codes:\n");
        assertThat(terminal.out().lines()).allMatch(line -> line.length() <= 80);
        assertThat(terminal.err()).isEmpty();
    }

    @Test
    void withoutACommandTheUsageGoesToStandardError() {
        assertThat(terminal.run()).isEqualTo(2);

        assertThat(terminal.out()).isEmpty();
        assertThat(terminal.err())
                .startsWith("Usage: rollcall")
                .contains("demo", "serve", "register", "run", "list", "watch");
    }

    @Test
    void commandsOfItsOwnAreNotShown() {
        terminal.run("--help");

        assertThat(terminal.out()).doesNotContain("demo-service", "rehearse");
    }

    @Test
    void theVersionIsOneLine() {
        assertThat(terminal.run("--version")).isZero();

        assertThat(terminal.out()).matches("rollcall \\S+ on Java \\S+\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lst | no command 'lst' (expected: one of demo,",
                "list --nonsense | Unknown option: '--nonsense'",
                "list -o xml | '--output': 'xml' (expected: one of table, json)",
                "list a/b | service: \"a/b\" (expected: 1 to 255 visible characters without '/')",
                "list --registry nonsense | registry: \"nonsense\" has no scheme (expected: scheme://host:port",
                "list --registry ftp://h:1 | no backend for the scheme \"ftp\"",
                "list --registry etcd://h:99999 | has the host \"h:99999\" (expected:",
                "list --registry zookeeper://127.0.0.1:2181?nonsense=1 | registry parameter: nonsense (expected",
                "list --timeout 3 | '3' is no duration (expected: a number with ms, s, m or h",
                "demo --registry nonsense | registry: \"nonsense\" has no scheme",
                "register orders | Missing required parameter: 'HOST:PORT'",
                "register orders 10.0.0.5 | endpoint: \"10.0.0.5\" (expected: scheme://host:port or host:port",
                "register orders h:1 --weight -1 | weight: -1 (expected: 0 to 1000000)",
                "register orders h:1 --weight many | '--weight': 'many' is not an int",
                "register orders h:1 --meta novalue | '--meta'",
                "register orders h:1 --ttl 10ms | ttl: PT0.01S (expected: 1 s to 1 h)",
                "register orders h:1 --health https://x | --health: 'https://x' (expected: http:/path, tcp, grpc,",
                "register orders h:1 --health http://x/y | --health: 'http://x/y' (expected: http:/path; what is asked",
                "register orders h:1 --health cmd: | --health: 'cmd:' (expected: http:/path, tcp, grpc,",
                "register orders h:1 --health http:health | path: \"health\" (expected: / and visible ASCII",
                "register orders h:1 --health tcp --rise 0 | rise: 0 (expected: 1 to 1000)",
                "register orders h:1 --health tcp --interval 1ms | interval: PT0.001S (expected: 10 ms to 1 h)",
                "run --service orders -- true | Missing required option: '--port=N'",
                "run --service orders --port 80 | Missing required parameter: 'COMMAND'",
                "run --service orders --port 99999 -- true | endpoint: \"tcp://127.0.0.1:99999\" (expected",
                "console --listen 8580 | '8580' (expected: HOST:PORT, such as 127.0.0.1:8580",
                "console --listen ::1:80 | '::1:80' (expected: HOST:PORT",
                "console --listen 127.0.0.1:99999 | '127.0.0.1:99999' (expected: HOST:PORT",
                "console memory: --listen 0.0.0.0:0 | listen: 0.0.0.0 can be reached by others (expected: 127.0.0.1 or",
                "console memory: --registry memory: | both a URI and --registry",
                "--registry nonsense list | registry: \"nonsense\" has no scheme",
                "-o xml list | '--output': 'xml' (expected: one of table, json)",
                "-o json gateway | 'rollcall gateway' has no --output",
                "--registry memory: bridge --from memory:a --to memory:b | 'rollcall bridge' has no --registry",
                "--timeout 1s completion bash | 'rollcall completion' has no --timeout",
                "config -o json delete a --registry memory: | 'rollcall config delete' has no --output",
                "--registry memory: doctor memory: | both a URI and --registry",
                "serve --port many | '--port': 'many' is not an int",
                "resolve | Missing required parameter: 'SERVICE'",
                "resolve a/b | service: \"a/b\" (expected:",
                "resolve orders --balancer best | 'best' (expected: one of random, round-robin,",
                "resolve orders --meta novalue | '--meta'",
                "resolve orders --wait soon | 'soon' is no duration (expected:",
                "doctor nonsense | registry: \"nonsense\" has no scheme",
                "doctor ftp://h:1 | no backend for the scheme \"ftp\"",
                "doctor etcd://h:1 --registry etcd://h:2 | both a URI and --registry (expected: one of them)",
                "doctor zookeeper://127.0.0.1:2181?nonsense=1 | registry parameter: nonsense (expected",
                "doctor etcd+tls://127.0.0.1:1?ca=/nowhere.pem | registry parameter ca: /nowhere.pem can't be read",
                "bridge --from memory:a | Missing required option: '--to=URI'",
                "bridge --from memory:a --to nonsense | registry: \"nonsense\" has no scheme",
                "bridge --from memory:a --to memory:a --alone | to: the same as from, memory:a (expected: another store",
                "bridge --from memory:a --to memory:b --rename old | rename: \"old\" (expected: old=new",
                "bridge --from memory:a --to memory:b --service a/b | service: \"a/b\" can match no service",
                "bridge --from memory:a --to memory:b --cut-over=soon | cut-over: soon (expected: a number with",
                "bridge --from memory:a --to memory:b --cut-over --once | --cut-over goes without --compare and --once",
                "completion | Missing required parameter: 'bash|zsh'",
                "completion fish | 'fish' (expected: one of bash, zsh)",
                "config get | Missing required parameter: 'KEY'",
                "config get /a --registry memory: | config key: \"/a\" (expected: visible names joined by single"
                        + " slashes",
                "config list a//b --registry memory: | config prefix: \"a//b\" (expected:",
                "config put a | nothing to write (expected: either VALUE, - for standard input, or --file FILE)",
                "config put a b --file c | both a VALUE and a file (expected:",
                "config put a b --if-revision 1 --if-absent | --if-revision=N, --if-absent are mutually exclusive",
                "config put a b --if-revision -1 --registry memory: | expectedRevision: -1 (expected: 0 or more)",
                "override orders a | nothing to ask (expected: --drain, --out-of-service, --weight N or --clear)",
                "override orders a --clear --weight 1 | --clear ends all that was asked",
                "override orders a --drain --out-of-service | are mutually exclusive",
                "override orders a --weight -1 | weight: -1 (expected: 0 to 1000000)",
                "override orders a --drain --for 800h | lasting: PT800H (expected: 1 s to 30 days)",
                "override orders a/b --drain --registry memory: | override of \"orders/a/b\" (expected:",
                "console memory: --tls-cert cert.pem | --tls-cert and --tls-key go together",
                "config history a --limit 0 --registry memory: | limit: 0 (expected: 1 to 1000)",
                "config get a --registry zookeeper://127.0.0.1:1/?root=/ | neither inside the other",
            })
    void aMistakeIsOneLineThatSaysWhatWasExpected(String arguments, String expected) {
        assertThat(terminal.run(arguments.split(" "))).isEqualTo(2);

        assertThat(terminal.out()).isEmpty();
        assertThat(terminal.err())
                .startsWith("rollcall: ")
                .contains(expected)
                .contains("Try 'rollcall")
                .hasLineCount(1);
    }

    @Test
    void aPasswordIsNotRepeated() {
        assertThat(terminal.run("list", "--registry", "etcd://root:s3cret@h:99999"))
                .isEqualTo(2);

        assertThat(terminal.err()).contains("etcd://").doesNotContain("s3cret");
    }

    @Test
    void helpIsColouredOnATerminalAlone() {
        CapturedTerminal colours = new CapturedTerminal(true);

        colours.run("--help");
        terminal.run("--help");

        assertThat(colours.out()).contains("\u001b[");
        assertThat(terminal.out()).doesNotContain("\u001b[");
    }
}
