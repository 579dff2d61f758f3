package dev.rollcall.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Instance;
import dev.rollcall.spi.StoreUri;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.apache.zookeeper.common.PathUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutTest {
    private final Layout layout = new Layout("/base/services");

    @Test
    void everyNameThatRollcallAcceptsIsALegalNodeName() {
        int accepted = 0;
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            String name = (char) c + "";
            if (isServiceName(name)) {
                accepted++;
                assertThatCode(() -> PathUtils.validatePath(layout.instance(name, name)))
                        .as("U+%04X", c)
                        .doesNotThrowAnyException();
            }
        }
        assertThat(accepted).isGreaterThan(50_000);
        assertThat(isServiceName("..")).isFalse();
    }

    @Test
    void pathsAreReadBackAndOthersAreNot() {
        assertThat(layout.place(layout.instance("orders", "a:80"))).contains(new Layout.Place("orders", "a:80"));
        assertThat(layout.place(layout.service("orders"))).contains(new Layout.Place("orders", ""));
        assertThat(layout.place("/base/services")).isEmpty();
        assertThat(layout.place("/base/services/")).isEmpty();
        assertThat(layout.place("/base/services-v2/orders/a")).isEmpty();
        assertThat(layout.place("/base/services/orders/a/deeper")).isEmpty();
        assertThat(layout.place("/elsewhere")).isEmpty();
        assertThat(new Layout("").place("/orders/a")).contains(new Layout.Place("orders", "a"));
    }

    @Test
    void zooKeepersOwnNodeIsNoService() {
        assertThat(new Layout("").isService("zookeeper")).isFalse();
        assertThat(layout.isService("zookeeper")).isTrue();
        assertThat(layout.isService("not a service")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "zookeeper://h1, /services",
        "zookeeper://h1/, /services",
        "zookeeper://h1/production, /production/services",
        "zookeeper://h1/a/b/, /a/b/services",
        "zookeeper://h1/a?root=/x/y, /a/x/y",
        "zookeeper://h1/a?root=registry, /a/registry",
        "zookeeper://h1/a?root=/, /a",
        "zookeeper://h1?root=/, ''",
    })
    void theUriSaysWhereTheServicesAre(String uri, String root) {
        assertThat(Ensemble.of(StoreUri.parse(uri)).root()).isEqualTo(root);
    }

    @Test
    void hostsHaveZooKeepersPortUnlessTheySayAnother() {
        Ensemble ensemble = Ensemble.of(StoreUri.parse("zookeeper://h1,h2:21810,[2001:db8::1],[::1]:2182"));

        assertThat(ensemble.servers())
                .containsExactly(
                        InetSocketAddress.createUnresolved("h1", 2181),
                        InetSocketAddress.createUnresolved("h2", 21_810),
                        InetSocketAddress.createUnresolved("2001:db8::1", 2181),
                        InetSocketAddress.createUnresolved("::1", 2182));
        assertThat(ensemble.connectString()).isEqualTo("h1:2181,h2:21810,[2001:db8::1]:2181,[::1]:2182");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"zookeeper:/path", "zookeeper://h1/a//b", "zookeeper://h1/a/../b", "zookeeper://h1?root=a//b"})
    void aUriThatMakesNoSenseIsRefusedAndSaysWhatWasExpected(String uri) {
        assertThatThrownBy(() -> Ensemble.of(StoreUri.parse(uri)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected:");
    }

    @Test
    void theTopLevelHasNothingAboveIt() {
        assertThat(Layout.parent("/a/b")).isEqualTo("/a");
        assertThat(Layout.parent("/a")).isEmpty();
        assertThat(Optional.of(layout.root())).contains("/base/services");
        assertThat(new Layout("").root()).isEqualTo("/");
    }

    private static boolean isServiceName(String name) {
        try {
            Instance.requireServiceName(name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
