package dev.rollcall.testing.interop;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.TestAbortedException;

/**
 * The program in {@code src/test/go/neighbour}, built once in this process with Debian's packages of Go, etcd's client and grpc-go, and run.
 * Where they lack, the test is skipped and says what to install. The system property {@code rollcall.interop.neighbour} names one that was built
 * with other versions.
 */
final class GoNeighbour implements AutoCloseable {
    private static final Path LIBRARIES = Path.of("/usr/share/gocode");
    /** Where etcd's client is, as its makers name it, and as Debian's package of version 3.4 does. */
    private static final List<String> CLIENTS = List.of("go.etcd.io/etcd/client/v3", "go.etcd.io/etcd/clientv3");

    private static final Path SOURCES = Path.of("src/test/go/neighbour");
    private static final int BUILD_MINUTES = 5;

    private final Process process;
    private final BufferedWriter in;
    private final BufferedReader out;

    private GoNeighbour(Process process) {
        this.process = process;
        this.in = process.outputWriter(StandardCharsets.UTF_8);
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Built with the first test that needs it. */
    private static final class Program {
        static final Optional<Path> PATH = find();

        private static Optional<Path> find() {
            String built = System.getProperty("rollcall.interop.neighbour");
            if (built != null) {
                return Optional.of(Path.of(built));
            }
            Optional<String> client = CLIENTS.stream()
                    .filter(name -> Files.isDirectory(
                            LIBRARIES.resolve("src").resolve(name).resolve("naming/endpoints")))
                    .findFirst();
            boolean go = Stream.of(System.getenv("PATH").split(":", -1))
                    .anyMatch(directory -> Files.isExecutable(Path.of(directory, "go")));
            return go && client.isPresent() ? Optional.of(build(client.get())) : Optional.empty();
        }

        private static Path build(String client) {
            try {
                Path work = Files.createDirectories(Path.of("target/go").toAbsolutePath());
                Path sources = Files.createDirectories(work.resolve("src/neighbour"));
                for (String file : List.of("main.go", "coordination.go")) {
                    String source = Files.readString(SOURCES.resolve(file));
                    Files.writeString(sources.resolve(file), source.replace(CLIENTS.get(0), client));
                }
                Path program = work.resolve("neighbour");
                ProcessBuilder builder = new ProcessBuilder("go", "build", "-o", program.toString(), ".")
                        .directory(sources.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(work.resolve("build.log").toFile());
                builder.environment()
                        .putAll(Map.of(
                                "GO111MODULE",
                                "off",
                                "GOPATH",
                                work + ":" + LIBRARIES,
                                "GOCACHE",
                                work.resolve("cache").toString()));
                Process build = builder.start();
                if (!build.waitFor(BUILD_MINUTES, TimeUnit.MINUTES)) {
                    build.destroyForcibly();
                    throw new IllegalStateException("go build took longer than " + BUILD_MINUTES + " minutes");
                }
                if (build.exitValue() != 0) {
                    throw new IllegalStateException("go build: " + Files.readString(work.resolve("build.log")));
                }
                return program;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    /**
     * A neighbour of its own.
     *
     * @throws TestAbortedException where it can't be built
     */
    static GoNeighbour start() throws IOException {
        Assumptions.assumeTrue(
                Program.PATH.isPresent(),
                "Go, or etcd's client for it, isn't installed: apt install golang-go golang-etcd-server-dev golang-google-grpc-dev");
        return new GoNeighbour(new ProcessBuilder(Program.PATH.orElseThrow().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Gives it a command and returns the answer. */
    String ask(String... command) throws IOException {
        in.write(String.join(" ", command));
        in.newLine();
        in.flush();
        String answer = out.readLine();
        if (answer == null || answer.startsWith("error: ")) {
            throw new IllegalStateException("the neighbour in Go, asked to " + command[0] + ", says " + answer);
        }
        return answer;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
