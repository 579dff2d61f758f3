package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.spi.BackendProvider;
import dev.rollcall.spi.StoreUri;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EtcdBackendProviderTest {
    private static EtcdSettings settings(String uri) {
        return EtcdSettings.of(StoreUri.parse(uri));
    }

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(BackendProvider.class)).hasAtLeastOneElementOfType(EtcdBackendProvider.class);
    }

    @Test
    void assumesEtcdsPort() {
        assertThat(settings("etcd://a,b:1234,[::1],[::2]:5").endpoints())
                .extracting(EtcdSettings.HostPort::toString)
                .containsExactly("a:2379", "b:1234", "[::1]:2379", "[::2]:5");
    }

    @Test
    void takesARootWithSlashesInside() {
        assertThat(settings("etcd://a").root()).isEqualTo("rollcall");
        assertThat(settings("etcd://a/?root=/prod/eu/").root()).isEqualTo("prod/eu");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "layout=plain                            | /orders/",
                "layout=plain&root=/ns/                  | /ns/orders/",
                "layout=discox                           | /discox/orders/",
                "layout=go-micro                         | /micro/registry/orders/",
                "layout=go-micro&root=/micro-registry    | /micro-registry/orders/",
                "layout=go-micro-etcdv3                  | /micro-registry/orders/",
                "layout=kratos                           | /microservices/orders/",
                "layout=go-zero                          | orders/",
                "layout=go-zero&root=prod                | prod/orders/",
                "layout=kitex                            | kitex/registry-etcd/orders/",
                "layout=dubbo                            | /dubbo/orders/providers/",
                "layout=native                           | rollcall/orders/",
                "layout.orders=kitex&root.kitex=k        | k/orders/",
            })
    void looksWhereTheOthersWrite(String parameters, String prefix) {
        Layouts layouts = settings("etcd://a/?" + parameters).layouts();

        assertThat(layouts.written("orders").servicePrefix("orders").toStringUtf8())
                .isEqualTo(prefix);
        assertThat(layouts.probeKey().isEmpty()).isFalse();
    }

    @Test
    void keepsConfigurationApartFromEveryLayout() {
        EtcdSettings inside = settings("etcd://a/?layout=native,kratos&root.kratos=config/services");

        assertThatThrownBy(inside::requireSeparateRoots).hasMessageContaining("root: config/services");
        settings("etcd://a/?layout=go-zero").requireSeparateRoots();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "etcd:///                          | names no host",
                "etcd:2379                         | names no host",
                "etcd://a/services                 | has the path /services",
                "etcd://a/?root=                   | root: \"\"",
                "etcd://a/?root=/                  | root: \"/\"",
                "etcd://a/?root=a//b               | root: \"a//b\"",
                "etcd://a/?root=a%20b              | root: \"a b\"",
                "etcd+tls://a/?ca=/does/not/exist  | ca: /does/not/exist can't be read",
                "etcd://a/?layout=zookeeper        | one or more of [native, plain, discox, go-micro, go-micro-etcdv3,",
                "etcd://a/?layout=kratos&root=     | root of the layout kratos: \"\" (expected: 1 to 255",
                "etcd://a/?layout=kratos&root=//   | root of the layout kratos: \"//\"",
                "etcd://a/?layout=kitex&root=a//b  | root of the layout kitex: \"a//b\"",
                "etcd://a/?root.kratos=/x          | for a layout that isn't chosen",
            })
    void saysWhatWasExpectedOfAWrongUri(String uri, String complaint) {
        assertThatThrownBy(() -> settings(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(complaint)
                .hasMessageContaining("expected");
    }

    @Test
    void wantsBothCertificateAndKey(@TempDir Path directory) throws java.io.IOException {
        Path certificate = Files.writeString(directory.resolve("client.pem"), "not read yet");

        assertThatThrownBy(() -> settings("etcd+tls://a/?cert=" + certificate))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only one of cert and key");
    }

    @Test
    void showsNoPassword() {
        assertThat(settings("etcd://me:secret@a")).asString().doesNotContain("secret");
    }
}
