package dev.rollcall.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rollcall.Instance;
import dev.rollcall.testing.servers.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS with a client's certificate, against a server that demands one. */
class TlsTest {
    private static final Instance ORDERS = Instance.of("orders", "http://10.0.0.1:80");

    @TempDir
    private static Path directory;

    private static TlsFiles files;
    private static Process server;
    private static int port;

    /** In a process of its own: ZooKeeper passes a server's TLS settings on as system properties, which clients read too. */
    @BeforeAll
    static void startServer() throws IOException {
        files = TlsFiles.generate(directory.resolve("tls"));
        Path both = directory.resolve("server.pem");
        Files.writeString(both, Files.readString(files.serverKey()) + Files.readString(files.serverCertificate()));
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path configuration = Files.writeString(
                directory.resolve("zoo.cfg"), """
                dataDir=%s
                secureClientPort=%d
                secureClientPortAddress=127.0.0.1
                tickTime=500
                admin.enableServer=false
                serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory
                ssl.keyStore.location=%s
                ssl.keyStore.type=PEM
                ssl.trustStore.location=%s
                ssl.trustStore.type=PEM
                ssl.clientAuth=need
                """.formatted(directory.resolve("data"), port, both, files.authority()));
        server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dzookeeper.preAllocSize=64",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.apache.zookeeper.server.quorum.QuorumPeerMain",
                        configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("server.log").toFile())
                .start();
        await().atMost(Duration.ofSeconds(60)).until(TlsTest::accepts);
    }

    @AfterAll
    static void stopServer() throws InterruptedException {
        server.destroyForcibly().waitFor();
    }

    private static boolean accepts() {
        assertThat(server.isAlive())
                .as("server process; see %s", directory.resolve("server.log"))
                .isTrue();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void registersAndFollowsOverTls() throws IOException {
        Set<Path> before = joinedFiles();
        try (Client client = new Client(uri())) {
            RecordedInstances seen = client.watch("orders");
            await().atMost(Duration.ofSeconds(30)).until(seen::isFresh);
            client.publish(ORDERS);
            await().atMost(Duration.ofSeconds(30)).until(() -> seen.ids().contains(ORDERS.id()));
            Set<Path> joined = joinedFiles();
            joined.removeAll(before);
            assertThat(joined)
                    .hasSize(1)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> joinedFiles().equals(before));
    }

    @Test
    void withoutACertificateNothingIsReachable() {
        try (Client client = new Client("zookeeper+tls://127.0.0.1:" + port + "/?ca=" + files.authority())) {
            RecordedInstances seen = client.watch("orders");
            await().atMost(Duration.ofSeconds(30)).until(() -> seen.cause() != null);
            assertThat(seen.cause().concernsWholeStore()).isTrue();
            assertThat(seen.snapshots()).isZero();
        }
    }

    @Test
    void aServerThatTheAuthorityDidNotSignIsRefused() {
        Path other = TlsFiles.generate(directory.resolve("other")).authority();
        try (Client client = new Client(uri().replace(files.authority().toString(), other.toString()))) {
            RecordedInstances seen = client.watch("orders");
            await().atMost(Duration.ofSeconds(30)).until(() -> seen.cause() != null);
            assertThat(seen.snapshots()).isZero();
        }
    }

    @Test
    void filesThatCannotBeReadAreNamed() {
        assertThatThrownBy(() -> new Client("zookeeper+tls://127.0.0.1:" + port + "/?ca=/no/such.pem"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/no/such.pem");
        assertThatThrownBy(
                        () -> new Client("zookeeper+tls://127.0.0.1:" + port + "/?cert=" + files.clientCertificate()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cert and key");
    }

    private static String uri() {
        return "zookeeper+tls://127.0.0.1:" + port + "/?ca=" + files.authority() + "&cert=" + files.clientCertificate()
                + "&key=" + files.clientKey();
    }

    private static Set<Path> joinedFiles() throws IOException {
        Set<Path> joined = new HashSet<>();
        try (DirectoryStream<Path> found =
                Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "rollcall-*.pem")) {
            found.forEach(joined::add);
        }
        return joined;
    }
}
