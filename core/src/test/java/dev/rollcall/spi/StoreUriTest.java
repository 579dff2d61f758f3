package dev.rollcall.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreUriTest {

    @Test
    void readsAllParts() {
        StoreUri uri = StoreUri.parse(
                "etcd+tls://me:s%3Acr%40t@10.0.0.1:2379,[2001:db8::1]:2379,host/a/b?ttl=10s&ca=/x%20y.pem&x=1+1");

        assertThat(uri.scheme()).isEqualTo("etcd");
        assertThat(uri.tls()).isTrue();
        assertThat(uri.hosts()).containsExactly("10.0.0.1:2379", "[2001:db8::1]:2379", "host");
        assertThat(uri.path()).isEqualTo("/a/b");
        assertThat(uri.credentials()).contains(new StoreUri.Credentials("me", "s:cr@t", false));
        assertThat(uri.parameter("ttl")).contains("10s");
        assertThat(uri.parameter("x")).contains("1+1");
        assertThat(uri.parameter("absent")).isEmpty();
        assertThat(uri.trustedAuthorities()).contains(Path.of("/x y.pem"));
    }

    @Test
    void hostsAreNotNeeded() {
        assertThat(StoreUri.parse("memory:").hosts()).isEmpty();
        assertThat(StoreUri.parse("memory:name").path()).isEqualTo("name");
        assertThat(StoreUri.parse("embedded:/some/dir?ttl=5s").path()).isEqualTo("/some/dir");
        assertThat(StoreUri.parse("zookeeper://h:2181").path()).isEmpty();
        assertThat(StoreUri.parse("zookeeper://h:2181/").path()).isEqualTo("/");
    }

    @Test
    void aPasswordMayLieInAFile() {
        StoreUri uri = StoreUri.parse("etcd://me@h:1/?passwordFile=/run/secret");

        assertThat(uri.credentials()).contains(new StoreUri.Credentials("me", "/run/secret", true));
    }

    @Test
    void theIdentityTellsOneRegistryFromAnotherAndNothingElse() {
        assertThat(StoreUri.parse("etcd+tls://u:p@h:1,i:2/x?ttl=3s").identity()).isEqualTo("etcd+tls://h:1,i:2/x");
        assertThat(StoreUri.parse("memory:name").identity()).isEqualTo("memory:name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "//host:2379",
                "Etcd://host",
                "etcd://host:0",
                "etcd://host:65536",
                "etcd://host:port",
                "etcd://a,,b",
                "etcd://,",
                "etcd://a b",
                "etcd://h/?x",
                "etcd://h/?=1",
                "etcd://h/?x=1&x=2",
                "etcd://h/?x=%zz",
                "etcd://user@h",
                "etcd://h/?passwordFile=/x",
                "etcd://u:p@h/?passwordFile=/x",
                "etcd://h/?ca=/x",
                "etcd://2001:db8::1:2379",
                "etcd://h/a@b",
                "memory:a@b"
            })
    void refusesAnythingElseAndSaysWhatWasExpected(String text) {
        assertThatThrownBy(() -> {
                    StoreUri uri = StoreUri.parse(text);
                    throw new AssertionError("read as " + uri + ", hosts " + uri.hosts() + ", path " + uri.path());
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "etcd://me:hunter2@host:port",
                "etcd://me:hunter2@h/?x",
                "etcd://me:hunter2@h/?x=%zz",
                "etcd://me:hunter2@h/?passwordFile=/x",
                "etcd://me:hunter2@h/?ca=/x",
                "etcd://me:hunter2%zz@h",
                "Etcd://me:hunter2@h",
                "//me:hunter2@h",
                "me:hunter2@h",
                "etcd://me:x/hunter2@h:port",
                "etcd://me:x?hunter2@h:port",
                "etcd://me:hunter2?x@h",
                "etcd://me:hunter2/x@h",
                "etcd://me:hunter2,x?y@h",
                "etcd://me:x@hunter2@h:port",
                "etcd://me:x:hunter2@h:port",
                "etcd://me:hunter2?x=1@h",
                "etcd://me:123/hunter2@h",
                "etcd:me:hunter2@h?x"
            })
    void noErrorShowsThePassword(String text) {
        assertThatThrownBy(() -> StoreUri.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void noErrorShowsThePasswordOfATextThatIsShownInPart() {
        assertThatThrownBy(() -> StoreUri.parse("etcd://me:" + "hunter2".repeat(100) + "@host:port"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2")
                .message()
                .hasSizeLessThan(600);
        assertThatThrownBy(() -> StoreUri.parse("etcd://me:" + "hunter2".repeat(1_000) + "@host"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void nothingThatIsLoggedShowsThePassword() {
        StoreUri uri = StoreUri.parse("etcd://me:hunter2@h:1");

        assertThat(uri.toString()).doesNotContain("hunter2");
        assertThat(uri.credentials().toString()).contains("me").doesNotContain("hunter2");
    }

    @Test
    void aTypingErrorInAParameterIsRefused() {
        StoreUri uri = StoreUri.parse("etcd://h/?tll=10s");

        assertThatThrownBy(() -> uri.requireKnownParameters(Set.of("prefix")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tll")
                .hasMessageContaining("prefix")
                .hasMessageContaining("ttl");
        StoreUri.parse("etcd://h/?prefix=x&ttl=10s").requireKnownParameters(Set.of("prefix"));
    }

    @Test
    void knowsParametersThatBelongToOneName() {
        StoreUri uri = StoreUri.parse("etcd://h/?root.go-micro=/x&root.=y");

        uri.requireKnownParameters(Set.of("root", "root.*"));
        assertThatThrownBy(() -> uri.requireKnownParameters(Set.of("root")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("root.go-micro");
    }

    @ParameterizedTest
    @CsvSource({"500ms, 500", "10s, 10000", "5m, 300000", "1h, 3600000", "0s, 0"})
    void readsDurations(String text, long millis) {
        assertThat(StoreUri.duration("ttl", text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "-1s", "1.5s", "1d", "10 s", "1000000000000s", "１s"})
    void refusesOtherDurations(String text) {
        assertThatThrownBy(() -> StoreUri.duration("ttl", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ttl")
                .hasMessageContaining("expected");
    }
}
