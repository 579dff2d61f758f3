package dev.rollcall.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import dev.rollcall.spi.Checkup;
import dev.rollcall.testing.servers.ConsulServers;
import dev.rollcall.testing.servers.EtcdServers;
import dev.rollcall.testing.servers.TlsFiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code rollcall doctor} on real stores, healthy and not. */
class DoctorStoresTest extends ThreeStores {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private CapturedTerminal terminal = new CapturedTerminal();

    private int doctor(String... arguments) {
        terminal = new CapturedTerminal();
        List<String> all = new ArrayList<>(List.of("doctor", "-o", "json"));
        all.addAll(Arrays.asList(arguments));
        return terminal.run(all.toArray(new String[0]));
    }

    private String finding(String check) {
        return terminal.out()
                .lines()
                .filter(line -> line.contains("\"check\":\"" + check + "\""))
                .findFirst()
                .orElse("no finding of " + check + " in\n" + terminal.out());
    }

    @ParameterizedTest
    @MethodSource("registries")
    void aHealthyStoreIsInOrder(String registry) {
        assertThat(doctor(registry, "--timeout", "30s")).as(terminal.out()).isZero();

        assertThat(terminal.err()).isEmpty();
        for (String check : List.of(
                "address", "latency", "version", "clock", "read", "write", "watch", "delete", "configuration")) {
            assertThat(finding(check)).contains("\"result\":\"ok\"");
        }
        assertThat(finding("version")).containsPattern("(etcd|ZooKeeper|Consul) [0-9]+\\.[0-9]+\\.[0-9]+");
        assertThat(finding("layout")).contains("\"result\":\"ok\"");
    }

    @ParameterizedTest
    @MethodSource("registries")
    void nothingIsLeftBehind(String registry) throws InterruptedException {
        doctor(registry, "--timeout", "30s");

        try (Rollcall rollcall = Rollcall.connect(registry)) {
            assertThat(rollcall.services().awaitKnown(LIMIT)).noneMatch(name -> name.startsWith(Checkup.NAME_PREFIX));
            assertThat(rollcall.config().list("").join()).isEmpty();
        }
    }

    @Test
    void notEvenEmptyNodesOfZooKeeperAreLeftBehind() throws Exception {
        doctor(zooKeeper.uri() + "/own", "--timeout", "30s");

        ZooKeeper direct = new ZooKeeper(zooKeeper.endpoints().get(0), 10_000, event -> {});
        try {
            assertThat(direct.getChildren("/", false)).doesNotContain("own");
        } finally {
            direct.close();
        }
    }

    @ParameterizedTest
    @MethodSource("registries")
    void nothingIsWrittenWhenThatIsNotWanted(String registry) {
        assertThat(doctor(registry, "--read-only", "--timeout", "30s")).isZero();

        assertThat(finding("read")).contains("\"result\":\"ok\"");
        assertThat(finding("write")).startsWith("no finding");
    }

    @ParameterizedTest
    @MethodSource("registries")
    void aMemberThatIsDownIsNamedAndTheOthersAreExamined(String registry) {
        assertThat(doctor(registry + ",127.0.0.1:9", "--timeout", "30s")).isEqualTo(1);

        assertThat(finding("address")).contains("\"result\":\"ok\"");
        assertThat(terminal.out())
                .containsPattern("\"subject\":\"127.0.0.1:9\",\"check\":\"address\",\"result\":\"fail\","
                        + "\"text\":\"nothing listens there: [^\"]+\",\"remedy\":\"start the server, or correct");
        assertThat(finding("read")).contains("\"result\":\"ok\"");
    }

    @Test
    void anotherServiceAtThePortIsNotTakenForTheStore() {
        String port = zooKeeper.endpoints().get(0);
        assertThat(doctor("etcd://" + port, "--timeout", "1s")).isEqualTo(1);
        assertThat(finding("answer")).contains("does not answer as etcd");

        assertThat(doctor("zookeeper://" + etcd.endpoints().get(0), "--timeout", "1s"))
                .isEqualTo(1);
        assertThat(finding("answer")).contains("does not answer as zookeeper");

        assertThat(doctor("consul://" + etcd.endpoints().get(0), "--timeout", "1s"))
                .isEqualTo(1);
        assertThat(finding("answer")).contains("what isn't Consul's JSON", "is this address Consul's");
    }

    @Test
    void aServerThatIsSilentIsGivenUp() {
        try (EtcdServers silent = EtcdServers.start()) {
            silent.pause();
            assertThat(doctor(silent.uri(), "--timeout", "300ms")).isEqualTo(1);
            silent.resume();
        }
        assertThat(finding("answer")).contains("\"result\":\"fail\"", "could not be read within 300 ms");
    }

    @Test
    void etcdsRefusalsAreNamed() {
        try (EtcdServers secured = EtcdServers.builder()
                .rootPassword("s3cret")
                .user("bob", "pw", "other/")
                .start()) {
            String hosts = secured.endpoints().get(0);
            assertThat(doctor("etcd://bob:wr0ng@" + hosts)).isEqualTo(1);
            assertThat(finding("state")).contains("authentication failed", "check the user's password");
            assertThat(terminal.out()).doesNotContain("wr0ng");

            assertThat(doctor("etcd://bob:pw@" + hosts, "--timeout", "5s")).isEqualTo(1);
            assertThat(finding("read"))
                    .contains("permission denied", "its role may read and write keys from rollcall/");
            assertThat(finding("write")).contains("\"result\":\"fail\"", "permission denied");
            assertThat(finding("configuration")).contains("\"result\":\"warn\"", "permission denied");

            assertThat(doctor("etcd://bob:pw@" + hosts + "?root=other/x&configRoot=other/c", "--timeout", "30s"))
                    .as(terminal.out())
                    .isZero();
        }
    }

    @Test
    void consulsRefusalsAreNamed() {
        try (ConsulServers secured =
                ConsulServers.builder().masterToken("master").start()) {
            assertThat(doctor(secured.uri(), "--timeout", "5s")).isEqualTo(1);
            assertThat(finding("read")).contains("Permission denied", "name a token");
            assertThat(finding("write")).contains("service:write");

            assertThat(doctor(secured.uri() + "?token=wr0ng", "--timeout", "5s"))
                    .isEqualTo(1);
            assertThat(finding("read")).contains("ACL not found", "check that the token still exists");
            assertThat(terminal.out()).doesNotContain("wr0ng");

            assertThat(doctor(secured.uri() + "?token=master", "--timeout", "30s"))
                    .isZero();
        }
    }

    @Test
    void zooKeepersRefusalsAreNamed() throws InterruptedException {
        String path = "/owned";
        String uri = zooKeeper.uri().replace("://", "://alice:pw@") + path;
        try (Rollcall alice = Rollcall.connect(uri)) {
            alice.register(Instance.of("orders", "h:1")).awaitRegistered(LIMIT);

            assertThat(doctor(uri.replace("alice:pw", "alice:wr0ng"), "--timeout", "5s"))
                    .isEqualTo(1);
        }
        assertThat(finding("write")).contains("\"result\":\"fail\"", "not permitted", "check the user and password");
        assertThat(terminal.out()).doesNotContain("wr0ng");
    }

    @Test
    void troubleWithTlsIsNamed() {
        try (EtcdServers secured = EtcdServers.builder().tls().start()) {
            TlsFiles files = secured.tls().orElseThrow();
            String host = secured.endpoints().get(0);
            assertThat(doctor("etcd://" + host, "--timeout", "5s")).isEqualTo(1);
            assertThat(finding("answer")).contains("it speaks TLS, the URI says etcd://", "use etcd+tls://");

            assertThat(doctor("etcd+tls://" + etcd.endpoints().get(0), "--timeout", "5s"))
                    .isEqualTo(1);
            assertThat(finding("tls")).contains("\"result\":\"fail\"", "use etcd://");

            assertThat(doctor("etcd+tls://" + host)).isEqualTo(1);
            assertThat(finding("tls")).contains("signed by nobody whom we trust", "?ca=/path/ca.pem");

            String trusting = "etcd+tls://" + host + "?ca=" + files.authority();
            assertThat(doctor(trusting, "--timeout", "5s")).isEqualTo(1);
            assertThat(finding("answer")).contains("if it accepts only clients with a certificate, add ?cert=");

            String known = trusting + "&cert=" + files.clientCertificate() + "&key=" + files.clientKey();
            assertThat(doctor(known, "--timeout", "30s")).as(terminal.out()).isZero();
            // made for two days
            assertThat(finding("tls")).contains("\"result\":\"warn\"", "renew the server's certificate soon");
        }
    }
}
