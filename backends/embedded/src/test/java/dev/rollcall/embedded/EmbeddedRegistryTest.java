package dev.rollcall.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRegistryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Instance ORDERS = Instance.of("orders", "http://10.0.0.1:80");

    @TempDir
    private Path directory;

    @Test
    void otherClientsConnectToItAsToAnyZooKeeper() throws Exception {
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(directory, 0);
                Rollcall provider = Rollcall.connect(registry.uri());
                Rollcall consumer = Rollcall.connect(registry.uri())) {
            provider.register(ORDERS).awaitRegistered(PATIENCE);
            ServiceView view = consumer.discover("orders");
            await().atMost(PATIENCE).until(() -> view.instances().contains(ORDERS));
            assertThat(registry.uri()).isEqualTo("zookeeper://127.0.0.1:" + registry.port());
        }
    }

    @Test
    void startedAgainItKnowsWhatItKnewOnThePortThatItHad() throws IOException {
        int port;
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(directory, 0)) {
            port = registry.port();
            create(registry, "/kept", (byte) 7);
        }
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(directory, 0)) {
            assertThat(registry.port()).isEqualTo(port);
            byte[] kept = PlainZooKeeper.ask(port, client -> client.getData("/kept", false, null));
            assertThat(kept).containsExactly(7);
        }
    }

    @Test
    void registrationsGoOnOverARestart() throws Exception {
        EmbeddedRegistry registry = EmbeddedRegistry.start(directory, 0);
        try (Rollcall client = Rollcall.connect(registry.uri())) {
            Registration registration = client.register(ORDERS);
            registration.awaitRegistered(PATIENCE);
            ServiceView view = client.discover("orders");
            await().atMost(PATIENCE).until(() -> view.instances().size() == 1);

            registry.close();
            registry = EmbeddedRegistry.start(directory, 0);

            registration.update(instance -> instance.withWeight(5)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            await().atMost(PATIENCE).until(() -> view.instances().get(0).weight() == 5);
        } finally {
            registry.close();
        }
    }

    @Test
    void aSecondRegistryInTheDirectoryIsRefusedAndTheFirstNamed() throws IOException {
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(directory, 0)) {
            assertThatThrownBy(() -> EmbeddedRegistry.start(directory, 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining(registry.uri());
        }
    }

    @Test
    void aTakenPortIsSaidAtOnceAndTheDirectoryIsFreeAgain() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> EmbeddedRegistry.start(directory, taken.getLocalPort()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining(":" + taken.getLocalPort());
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        }
        EmbeddedRegistry.start(directory, 0).close();
    }

    @Test
    void aDirectoryThatCannotBeUsedIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertThatThrownBy(() -> EmbeddedRegistry.start(file, 0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
        assertThatThrownBy(() -> EmbeddedRegistry.start(file.resolve("below"), 0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
        assertThatThrownBy(() -> EmbeddedRegistry.start(directory, 70_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("70000");
    }

    @Test
    void leavesNoConfigurationBehindAndKeepsItsFilesFewAndSmall() throws IOException {
        for (int round = 0; round < 8; round++) {
            try (EmbeddedRegistry registry = EmbeddedRegistry.start(directory, 0)) {
                create(registry, "/round-" + round);
            }
        }
        OldFiles.purge(directory.resolve("data"));
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(directory, 0)) {
            List<String> nodes = PlainZooKeeper.ask(registry.port(), client -> client.getChildren("/", false));
            assertThat(nodes).contains("round-0", "round-7").hasSize(9);
        }
        OldFiles.purge(directory.resolve("data"));

        assertThat(files(directory.resolve("data").resolve("version-2")))
                .filteredOn(name -> name.startsWith("snapshot."))
                .hasSize(3);
        assertThat(files(directory)).containsExactlyInAnyOrder("data", "rollcall.lock", "rollcall.port");
        try (Stream<Path> all = Files.walk(directory)) {
            assertThat(all.filter(Files::isRegularFile)
                            .mapToLong(file -> file.toFile().length())
                            .sum())
                    .isLessThan(1 << 20);
        }
    }

    @Test
    void closingTwiceIsClosingOnce() throws IOException {
        EmbeddedRegistry registry = EmbeddedRegistry.start(directory, 0);
        registry.close();
        registry.close();
        EmbeddedRegistry.start(directory, 0).close();
    }

    @Test
    void openingAndClosingLeavesNoThreadBehind() throws IOException {
        EmbeddedRegistry.start(directory, 0).close();
        Set<String> before = threads();
        for (int round = 0; round < 5; round++) {
            EmbeddedRegistry.start(directory, 0).close();
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
    }

    @Test
    void theClientsOfAProcessShareTheTemporaryRegistryAndItIsGoneWithTheLast() throws Exception {
        Set<String> before = files(temporary());
        try (Rollcall first = Rollcall.connect("embedded:")) {
            Rollcall second = Rollcall.connect("embedded:");
            second.register(ORDERS).awaitRegistered(PATIENCE);
            ServiceView view = first.discover("orders");
            await().atMost(PATIENCE).until(() -> view.instances().size() == 1);
            second.close();
            await().atMost(PATIENCE).until(() -> view.instances().isEmpty());
        }
        await().atMost(PATIENCE).until(() -> files(temporary()).equals(before));
    }

    @Test
    void theClientsOfAProcessShareADirectorysRegistry() throws Exception {
        try (Rollcall first = Rollcall.connect("embedded:" + directory);
                Rollcall second =
                        Rollcall.connect("embedded:" + directory.resolve("x").resolve(".."))) {
            first.register(ORDERS).awaitRegistered(PATIENCE);
            ServiceView view = second.discover("orders");
            await().atMost(PATIENCE).until(() -> view.instances().size() == 1);
            assertThatThrownBy(() -> Rollcall.connect("embedded:" + directory + "?port=1"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("runs already");
        }
        EmbeddedRegistry.start(directory, 0).close();
    }

    @Test
    void layoutsAreChosenAsOnZooKeeper() throws Exception {
        try (Rollcall kratos = Rollcall.connect("embedded:" + directory + "?layout=kratos&root=/k");
                Rollcall both = Rollcall.connect("embedded:" + directory + "?layout=native,kratos&root.kratos=/k")) {
            kratos.register(ORDERS).awaitRegistered(PATIENCE);
            ServiceView view = both.discover("orders");
            await().atMost(PATIENCE).until(() -> view.instances().size() == 1);
            assertThat(view.instances().get(0).metadata()).containsEntry("rollcall.layout", "kratos");
        }
    }

    @Test
    void aDirectoryThatAnotherProcessServesIsConnectedTo() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Serving.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            await().atMost(PATIENCE)
                    .until(() -> ServerDirectory.publishedPort(directory).isPresent());
            try (Rollcall client = Rollcall.connect("embedded:" + directory)) {
                ServiceView view = client.discover("orders");
                await().atMost(PATIENCE).until(() -> view.instances().contains(ORDERS));
                other.destroyForcibly().waitFor();
                // whoever serves the directory next has the port of the last, and is found there
                try (EmbeddedRegistry next = EmbeddedRegistry.start(directory, 0)) {
                    client.register(ORDERS.withId("mine")).awaitRegistered(PATIENCE);
                    assertThat(next.port()).isPositive();
                }
            }
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void aProgramThatForgetsToCloseEndsAllTheSame() throws Exception {
        Process forgetful = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Forgetful.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(forgetful.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(forgetful.exitValue()).isZero();
        } finally {
            forgetful.destroyForcibly();
        }
    }

    @Test
    void urisThatMakeNoSenseAreRefusedAndSayWhatWasExpected() {
        for (String uri :
                new String[] {"embedded://host:1", "embedded:?port=x", "embedded:?port=70000", "embedded:?wrong=1"}) {
            assertThatThrownBy(() -> Rollcall.connect(uri).close())
                    .as(uri)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected");
        }
    }

    private static void create(EmbeddedRegistry registry, String path, byte... data) {
        String created = PlainZooKeeper.ask(
                registry.port(),
                client -> client.create(path, data, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT));
        assertThat(created).isEqualTo(path);
    }

    private static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static Set<String> files(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !directory.equals(temporary()) || name.matches("rollcall-embedded-\\d+"))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.startsWith("awaitility"))
                .map(name -> name.replaceAll("\\d+", "#"))
                .collect(Collectors.toSet());
    }

    /** Serves a directory, with one instance in it, until it is killed. */
    static final class Serving {
        private Serving() {}

        public static void main(String[] arguments) throws InterruptedException {
            Rollcall.connect("embedded:" + arguments[0]).register(ORDERS).awaitRegistered(PATIENCE);
            Thread.currentThread().join();
        }
    }

    /** Registers and returns from main. */
    static final class Forgetful {
        private Forgetful() {}

        public static void main(String[] arguments) throws InterruptedException {
            Rollcall.connect("embedded:").register(ORDERS).awaitRegistered(PATIENCE);
        }
    }
}
