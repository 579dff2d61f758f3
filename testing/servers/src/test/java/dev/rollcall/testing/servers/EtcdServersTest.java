package dev.rollcall.testing.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EtcdServersTest {

    @Test
    void aKilledServerComesBackWithItsDataAndAWipedOneWithout() {
        try (EtcdServers etcd = EtcdServers.start()) {
            String endpoint = etcd.node(0).endpoint();
            assertThat(etcd.uri()).isEqualTo("etcd://" + endpoint);
            assertThat(etcd.leader()).isEqualTo(etcd.node(0));
            etcd.etcdctl("put", "key", "value");

            etcd.kill();
            assertThat(etcd.node(0).isAlive()).isFalse();
            assertThatThrownBy(() -> etcd.etcdctl("--command-timeout=500ms", "get", "key"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("etcdctl --command-timeout=500ms get key failed");

            etcd.restart();
            assertThat(etcd.node(0).endpoint()).isEqualTo(endpoint);
            assertThat(value(etcd, "key")).isEqualTo("value");

            etcd.wipe();
            assertThat(etcd.node(0).endpoint()).isEqualTo(endpoint);
            assertThat(value(etcd, "key")).isEmpty();
        }
    }

    @Test
    void aStoppedServerEndsInOrderAndAPausedOneAnswersNothing() {
        try (EtcdServers etcd = EtcdServers.start()) {
            etcd.etcdctl("put", "key", "value");
            etcd.pause();
            assertThat(etcd.node(0).isAlive()).isTrue();
            assertThatThrownBy(() -> etcd.etcdctl("--command-timeout=500ms", "get", "key"))
                    .isInstanceOf(IllegalStateException.class);
            etcd.resume();
            assertThat(value(etcd, "key")).isEqualTo("value");

            etcd.pause();
            etcd.stop();
            assertThat(etcd.node(0).isAlive()).isFalse();
            etcd.restart();
            assertThat(value(etcd, "key")).isEqualTo("value");
        }
    }

    @Test
    void aClusterSurvivesItsLeaderAndTakesItBack() {
        try (EtcdServers etcd = EtcdServers.startCluster(3)) {
            etcd.etcdctl("put", "before", "1");
            ServerNode old = etcd.leader();
            assertThat(etcd.followers()).hasSize(2).doesNotContain(old);

            old.kill();
            await().atMost(Duration.ofSeconds(20)).until(() -> !etcd.leader().equals(old));
            await().atMost(Duration.ofSeconds(20))
                    .ignoreExceptions()
                    .until(() -> etcd.etcdctl("put", "during", "2").contains("OK"));

            old.restart();
            old.pause();
            assertThat(value(etcd, "before")).isEqualTo("1");
            old.resume();
            assertThat(value(etcd, "during")).isEqualTo("2");
            assertThatThrownBy(old::wipe)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("wipe all of them");

            etcd.wipe();
            assertThat(value(etcd, "before")).isEmpty();
        }
    }

    @Test
    void tlsAsksForACertificateOfItsOwnAuthority() {
        try (EtcdServers etcd = EtcdServers.builder().tls().start()) {
            etcd.etcdctl("put", "key", "value");
            assertThat(value(etcd, "key")).isEqualTo("value");

            TlsFiles known = etcd.tls().orElseThrow();
            TlsFiles stranger = TlsFiles.generate(etcd.directory().resolve("stranger"));
            assertThatThrownBy(() -> etcd.etcdctl(
                            "--command-timeout=1s",
                            "--cacert=" + known.authority(),
                            "--cert=" + stranger.clientCertificate(),
                            "--key=" + stranger.clientKey(),
                            "get",
                            "key"))
                    .isInstanceOf(IllegalStateException.class);
            await().until(() -> etcd.node(0).output().contains("rejected connection"));
        }
    }

    @Test
    void passwordsAreAskedForAgainAfterAWipe() {
        try (EtcdServers etcd = EtcdServers.builder()
                .rootPassword("secret")
                .user("orders", "pass", "/orders/")
                .authTokenTtl(Duration.ofSeconds(5))
                .start()) {
            assertPasswordsAreAskedFor(etcd);
            etcd.wipe();
            assertPasswordsAreAskedFor(etcd);
        }
    }

    private static void assertPasswordsAreAskedFor(EtcdServers etcd) {
        etcd.etcdctl("put", "/users/1", "root may");
        etcd.etcdctlAs("orders:pass", "put", "/orders/1", "value");
        assertThatThrownBy(() -> etcd.etcdctlAs("orders:pass", "get", "/users/1"))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> etcd.etcdctlAs("orders:wrong", "get", "/orders/1"))
                .hasMessageContaining("authentication failed");
        assertThatThrownBy(() -> etcd.etcdctlAs(null, "get", "/orders/1")).hasMessageContaining("user name is empty");
    }

    @Test
    void aServerThatCannotStartSaysWhatItPrinted() {
        assertThatThrownBy(() -> EtcdServers.builder().flag("--no-such-flag").start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("etcd-0 ended")
                .hasMessageContaining("flag provided but not defined: -no-such-flag");
    }

    @Test
    void closeKillsTheProcessRemovesItsDataAndIsIdempotent() {
        EtcdServers etcd = EtcdServers.start();
        long pid = etcd.node(0).pid();
        Path directory = etcd.directory();
        etcd.close();
        etcd.close();
        assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
        assertThat(Files.exists(directory)).isFalse();
        assertThatThrownBy(etcd::restart)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("etcd-0 is closed");
    }

    @Test
    void namesWhatItExpected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EtcdServers.startCluster(2))
                .withMessage("nodes: 2 (expected: 1, 3, 5 or 7)");
        assertThatThrownBy(() -> EtcdServers.builder().user("a", "b", "/"))
                .hasMessage("rootPassword is not set (expected: before any user)");
    }

    private static String value(EtcdServers etcd, String key) {
        return etcd.etcdctl("get", "--print-value-only", key).strip();
    }
}
