package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher script in a checkout of its own, with a Java and a Maven that only write down what they are asked. */
class LauncherTest {
    /** All that the script may use; a Maven of this machine is not among them. */
    private static final List<String> SYSTEM_TOOLS = List.of(
            "bash",
            "cat",
            "cksum",
            "date",
            "dirname",
            "env",
            "find",
            "flock",
            "grep",
            "mkdir",
            "mv",
            "readlink",
            "rm",
            "sh",
            "tail",
            "tee",
            "touch");

    @TempDir
    private Path directory;

    private Path checkout;
    private Path tools;
    private Path system;
    private Path built;

    private record Result(int exitCode, List<String> out, List<String> err) {}

    @BeforeEach
    void layOut() throws IOException {
        checkout = Files.createDirectories(directory.resolve("a checkout"));
        tools = Files.createDirectories(directory.resolve("jdk/bin"));
        system = Files.createDirectories(directory.resolve("system"));
        for (String name : SYSTEM_TOOLS) {
            Path tool = Path.of("/usr/bin", name);
            tool(system, name, "exec " + (Files.exists(tool) ? tool : Path.of("/bin", name)) + " \"$@\"");
        }
        built = directory.resolve("built");
        Files.copy(script(), checkout.resolve("rollcall"));
        for (String module : List.of("core", "backends/etcd", "apps/cli")) {
            Files.createDirectories(checkout.resolve(module).resolve("src/main"));
            Files.writeString(checkout.resolve(module).resolve("pom.xml"), "<project/>");
        }
        Files.writeString(checkout.resolve("pom.xml"), "<project/>");
        javaOfVersion("17.0.15");
        tool("javac", "exit 0");
        tool("mvn", """
                echo "$@" >>"%s"
                echo '[INFO] Building Rollcall core 0.1.0-SNAPSHOT            [1/2]'
                mkdir -p apps/cli/target/lib
                touch apps/cli/target/rollcall-cli-0.1.jar apps/cli/target/lib/some.jar
                """.formatted(built));
    }

    @Test
    void buildsItselfAtFirstUseAndOnlyThen() throws IOException, InterruptedException {
        Result first = launch("list", "two words");
        Result second = launch("list");

        assertThat(first.exitCode()).isZero();
        assertThat(first.out()).singleElement().asString().contains("dev.rollcall.cli.Main list two words");
        assertThat(first.err())
                .anyMatch(line -> line.contains("building (first use)"))
                .anyMatch(line -> line.contains("[1/2] Rollcall core"));
        assertThat(second.err()).isEmpty();
        assertThat(Files.readAllLines(built)).singleElement().asString().contains("-pl apps/cli -am package");
    }

    @Test
    void builtAgainWhenASourceIsNewer() throws IOException, InterruptedException {
        launch("list");
        Path source = Files.writeString(checkout.resolve("core/src/main/New.java"), "");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(2)));

        assertThat(launch(Map.of("ROLLCALL_NO_BUILD", "1"), "list").err()).isEmpty();
        assertThat(launch("list").err()).anyMatch(line -> line.contains("building (sources have changed)"));
    }

    @Test
    void laterStartsShareTheArchivedClasses() throws IOException, InterruptedException {
        launch("list");

        Result second = launch("list");

        assertThat(second.out())
                .singleElement()
                .asString()
                .contains("-XX:SharedArchiveFile=" + checkout.toRealPath().resolve("apps/cli/target/cds"))
                .contains("-XX:TieredStopAtLevel=1")
                .contains("rollcall-cli-0.1.jar:", "lib/some.jar");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gateway --listen 127.0.0.1:0",
                "--registry etcd://h:1 gateway",
                "--registry=etcd://h:1 --verbose bridge",
                "-o json --timeout 1s console"
            })
    void whatRunsForDaysIsCompiledWell(String arguments) throws IOException, InterruptedException {
        assertThat(launch(arguments.split(" ")).out())
                .singleElement()
                .asString()
                .doesNotContain("TieredStopAtLevel");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--registry gateway list", "--registry", "-o json list gateway"})
    void whatIsOverSoonIsCompiledQuickly(String arguments) throws IOException, InterruptedException {
        assertThat(launch(arguments.split(" ")).out())
                .singleElement()
                .asString()
                .contains("TieredStopAtLevel=1");
    }

    @Test
    void anotherJdkGetsAnArchiveOfItsOwn() throws IOException, InterruptedException {
        launch("list");
        javaOfVersion("21.0.1");

        Result first = launch("list");
        assertThat(first.out()).singleElement().asString().doesNotContain("SharedArchiveFile");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> launch("list").out().get(0).contains("SharedArchiveFile"));
    }

    @Test
    void worksFromAnywhereAndThroughALink() throws IOException, InterruptedException {
        Path elsewhere = Files.createDirectories(directory.resolve("else/where"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("rc"), Path.of("../../a checkout/rollcall"));

        Result result = launch(link, elsewhere, Map.of(), "list");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .singleElement()
                .asString()
                .contains(checkout.toRealPath() + "/apps/cli/target/lib/some.jar");
    }

    @ParameterizedTest
    @CsvSource({"1.8.0_402,needs Java 17 or later", "11.0.2,needs Java 17 or later", "16,needs Java 17 or later"})
    void anOldJavaIsNamed(String version, String message) throws IOException, InterruptedException {
        javaOfVersion(version);

        Result result = launch("list");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).singleElement().asString().contains(message, version, "JAVA_HOME");
    }

    @Test
    void aMissingMavenIsNamed() throws IOException, InterruptedException {
        Files.delete(tools.resolve("mvn"));

        Result result = launch("list");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).singleElement().asString().contains("no mvn on PATH", "Install Maven");
    }

    @Test
    void aWrongJavaHomeIsNamed() throws IOException, InterruptedException {
        Result result = launch(Map.of("JAVA_HOME", "/nowhere"), "list");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).singleElement().asString().contains("JAVA_HOME is /nowhere");
    }

    @Test
    void aFailedBuildSaysWhyAndIsTriedAgain() throws IOException, InterruptedException {
        tool("mvn", "echo '[ERROR] Foo.java:1 is broken'; exit 1");

        Result result = launch("list");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .anyMatch(line -> line.contains("Foo.java:1 is broken"))
                .last()
                .asString()
                .contains("build.log");
        assertThat(launch("list").err()).anyMatch(line -> line.contains("building (first use)"));
    }

    /** A java that prints how it was called, and writes the archive that it is asked for. */
    private void javaOfVersion(String version) throws IOException {
        Files.writeString(tools.resolveSibling("release"), "JAVA_VERSION=\"" + version + "\"\n");
        tool("java", """
                for argument; do
                  case $argument in
                  -XX:DumpLoadedClassList=*) echo a/Class >"${argument#*=}"; exit 0 ;;
                  -XX:SharedArchiveFile=*.new) echo >"${argument#*=}"; exit 0 ;;
                  esac
                done
                echo "$@"
                """);
    }

    private void tool(String name, String script) throws IOException {
        tool(tools, name, script);
    }

    private static void tool(Path folder, String name, String script) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Result launch(String... arguments) throws IOException, InterruptedException {
        return launch(Map.of(), arguments);
    }

    private Result launch(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        return launch(checkout.resolve("rollcall"), directory, environment, arguments);
    }

    private Result launch(Path script, Path from, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(from.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ROLLCALL_") || name.equals("JAVA_HOME"));
        builder.environment().put("PATH", tools + ":" + system);
        builder.environment().putAll(environment);
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), lines(out), lines(err));
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.UTF_8);
    }

    private static Path script() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve(".mvn"))) {
            folder = folder.getParent();
        }
        return folder.resolve("rollcall");
    }
}
