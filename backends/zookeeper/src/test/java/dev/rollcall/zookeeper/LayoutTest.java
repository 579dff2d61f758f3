package dev.rollcall.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Instance;
import dev.rollcall.spi.StoreUri;
import java.net.InetSocketAddress;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.common.PathUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutTest {
    private final Layout layout = named("native", "/base/services");

    @Test
    void everyNameThatRollcallAcceptsIsALegalNodeName() {
        int accepted = 0;
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            String name = (char) c + "";
            if (isServiceName(name)) {
                accepted++;
                assertThatCode(() -> PathUtils.validatePath(layout.service(name) + "/" + layout.node(name)))
                        .as("U+%04X", c)
                        .doesNotThrowAnyException();
            }
        }
        assertThat(accepted).isGreaterThan(50_000);
        assertThat(isServiceName("..")).isFalse();
    }

    @Test
    void aPathSaysWhichServiceItIsAbout() {
        assertThat(layout.childOf("/base/services/orders/a:80")).contains("orders");
        assertThat(layout.childOf("/base/services/orders")).contains("orders");
        assertThat(layout.childOf("/base/services")).isEmpty();
        assertThat(layout.childOf("/base/services/")).isEmpty();
        assertThat(layout.childOf("/base/services-v2/orders/a")).isEmpty();
        assertThat(layout.childOf("/base/services/orders/a/deeper")).isEmpty();
        assertThat(layout.childOf("/elsewhere")).isEmpty();
        assertThat(named("native", "/").childOf("/orders/a")).contains("orders");
    }

    @Test
    void ofDubbosNodesOnlyProvidersAndWhatIsAboveThemAreAboutAService() {
        Layout dubbo = named("dubbo-interface", "/dubbo");
        assertThat(dubbo.childOf("/dubbo/com.x.Api")).contains("com.x.Api");
        assertThat(dubbo.childOf("/dubbo/com.x.Api/providers")).contains("com.x.Api");
        assertThat(dubbo.childOf("/dubbo/com.x.Api/providers/tri%3A%2F%2Fh%3A1"))
                .contains("com.x.Api");
        assertThat(dubbo.childOf("/dubbo/com.x.Api/consumers")).isEmpty();
        assertThat(dubbo.childOf("/dubbo/com.x.Api/consumers/consumer%3A%2F%2Fh"))
                .isEmpty();
        assertThat(dubbo.childOf("/dubbo/com.x.Api/prov")).isEmpty();
        assertThat(dubbo.serviceName("a%24b")).contains("a$b");
        assertThat(dubbo.serviceName("%zz")).isEmpty();
        assertThat(dubbo.service("a$b")).isEqualTo("/dubbo/a%24b/providers");
    }

    @Test
    void zooKeepersOwnNodeIsNoService() {
        assertThat(named("native", "/").serviceName("zookeeper")).isEmpty();
        assertThat(layout.serviceName("zookeeper")).contains("zookeeper");
        assertThat(layout.serviceName("not a service")).isEmpty();
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
        "zookeeper://h1?layout=spring, /services",
        "zookeeper://h1?layout=dubbo, /services",
        "zookeeper://h1?layout=dubbo-interface, /dubbo",
        "zookeeper://h1?layout=discox, /discox",
        "zookeeper://h1?layout=kratos, /microservices",
        "zookeeper://h1/a?layout=go-micro, /a/micro-registry",
        "zookeeper://h1?layout=serversets&root=/twitter/service, /twitter/service",
        "zookeeper://h1?layout=native&layout.orders=kratos&root.kratos=/k, /services",
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
            strings = {
                "zookeeper:/path",
                "zookeeper://h1/a//b",
                "zookeeper://h1/a/../b",
                "zookeeper://h1?root=a//b",
                "zookeeper://h1?layout=nobodys",
                "zookeeper://h1?layout=serversets",
                "zookeeper://h1?root.kratos=/k",
                "zookeeper://h1?layout=native,kratos&root.kratos=k//l"
            })
    void aUriThatMakesNoSenseIsRefusedAndSaysWhatWasExpected(String uri) {
        assertThatThrownBy(() -> Ensemble.of(StoreUri.parse(uri)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected:");
    }

    @Test
    void theTopLevelHasNothingAboveIt() {
        assertThat(Layout.parent("/a/b")).isEqualTo("/a");
        assertThat(Layout.parent("/a")).isEmpty();
        assertThat(layout.root()).isEqualTo("/base/services");
        assertThat(named("native", "/").root()).isEqualTo("/");
    }

    /** Readers other than Curator's never recover when the node that they watch goes. */
    @ParameterizedTest
    @ValueSource(strings = {"dubbo-interface", "discox", "kratos", "go-micro", "serversets"})
    void theNodesOfServicesStay(String name) {
        assertThat(named(name, "/r").parents()).isEqualTo(CreateMode.PERSISTENT);
        assertThat(layout.parents()).isEqualTo(CreateMode.CONTAINER);
    }

    @Test
    void configurationKeepsApartFromEveryLayout() {
        assertThatThrownBy(() -> Ensemble.of(
                                StoreUri.parse("zookeeper://h1?layout=native,kratos&configRoot=/microservices/c"))
                        .requireSeparateRoots())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/microservices");
    }

    private static Layout named(String name, String root) {
        return Layouts.of(StoreUri.parse("zookeeper://h1?layout=" + name + "&root=" + root), "")
                .first();
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
