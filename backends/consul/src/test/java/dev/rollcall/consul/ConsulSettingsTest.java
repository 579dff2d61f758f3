package dev.rollcall.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.consul.ConsulSettings.Consistency;
import dev.rollcall.consul.ConsulSettings.HostPort;
import dev.rollcall.spi.StoreUri;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connection strings for Consul. */
class ConsulSettingsTest {
    private static ConsulSettings settings(String uri) {
        return ConsulSettings.of(StoreUri.parse(uri));
    }

    @Test
    void theShortestSaysTheUsual() {
        ConsulSettings settings = settings("consul://localhost");

        assertThat(settings.agents()).containsExactly(new HostPort("localhost", 8500));
        assertThat(settings.scope().ofInstances()).isEmpty();
        assertThat(settings.consistency()).isEqualTo(Consistency.DEFAULT);
        assertThat(settings.check()).isEmpty();
        assertThat(settings.rules()).isEqualTo(new HealthRules(true, false));
        assertThat(settings.watchConnections()).isEqualTo(32);
        assertThat(settings.maxAnswerBytes()).isEqualTo(32 << 20);
    }

    @Test
    void agentsMayHaveAddressesOfAnyKind() {
        assertThat(settings("consul://a,b:8501,[::1],[::1]:8502").agents())
                .extracting(HostPort::toString)
                .containsExactly("a:8500", "b:8501", "[::1]:8500", "[::1]:8502");
    }

    @Test
    void filtersBecomeParametersOfTheQuery() {
        Scope scope = settings("consul://h/?dc=dc1&tag=blue,a%26b&nodeMeta=rack:r1,os:linux")
                .scope();

        assertThat(scope.ofInstances()).isEqualTo("dc=dc1&node-meta=rack%3Ar1&node-meta=os%3Alinux&tag=blue&tag=a%26b");
        assertThat(scope.ofNames()).isEqualTo("dc=dc1&node-meta=rack%3Ar1&node-meta=os%3Alinux");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "ttl, none, '', PT10S, PT5S",
                "http:/ready?full=1&checkInterval=2s, HTTP, /ready?full=1, PT2S, PT2S",
                "http, HTTP, /, PT10S, PT5S",
                "tcp&checkTimeout=100ms, TCP, '', PT10S, PT0.1S",
                "grpc, GRPC, '', PT10S, PT5S",
                "grpc:orders.v1.Orders&checkInterval=1h, GRPC, orders.v1.Orders, PT1H, PT5S"
            })
    void theCheckIsChosen(String choice, NativeCheck.Kind kind, String argument, Duration interval, Duration timeout) {
        assertThat(settings("consul://h/?check=" + choice.replace("ready?full=1", "ready%3Ffull%3D1"))
                        .check())
                .isEqualTo(
                        kind == null
                                ? Optional.empty()
                                : Optional.of(new NativeCheck(kind, argument, interval, timeout)));
    }

    @Test
    void layoutsAreChosen() {
        assertThat(settings("consul://h").layouts().layouts("orders")).containsExactly("native");
        assertThat(settings("consul://h").upstreamRoot()).isEqualTo("upstreams/");
        ConsulSettings chosen = settings("consul://h/?layout=kratos,apisix&layout.web=spring&root.apisix=/a/b/");
        assertThat(chosen.layouts().layouts("orders")).containsExactly("kratos", "apisix");
        assertThat(chosen.layouts().layouts("web")).containsExactly("spring");
        assertThat(chosen.upstreamRoot()).isEqualTo("a/b/");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "consul:/ | names no host",
                "consul://h/path | has the path /path",
                "consul://user:secret@h | Consul knows tokens",
                "consul://h/?token=a&tokenFile=/dev/null | both token and tokenFile",
                "consul://h/?tokenFile=/does/not/exist | can't be read",
                "consul://h/?dc=a/b | expected: a datacenter's name",
                "consul://h/?tag=a,,b | expected: 1 to 16",
                "consul://h/?nodeMeta=rack | expected: key:value",
                "consul://h/?consistency=strong | expected: default, stale or consistent",
                "consul://h/?warning=down | expected: up or out-of-service",
                "consul://h/?critical=down | expected: out-of-service or gone",
                "consul://h/?check=icmp | expected: ttl, http:/path, tcp, grpc or grpc:service",
                "consul://h/?check=http:ready | expected: ttl, http:/path",
                "consul://h/?check=tcp:80 | expected: ttl, http:/path",
                "consul://h/?check=tcp&checkInterval=10ms | expected: 1s to 1h",
                "consul://h/?check=tcp&checkInterval=1s&checkTimeout=2s | expected: 100ms up to the interval",
                "consul://h/?connections=0 | expected: 1 to 128",
                "consul://h/?maxAnswer=9999 | expected: 1 to 1024",
                "consul://h/?configRoot=/config | expected: names joined by slashes",
                "consul://h/?layout=curator | expected: one or more of [native, go-micro, kratos, spring, discox, apisix]",
                "consul://h/?root=/x | Consul has one catalogue for all",
                "consul://h/?layout=apisix&root=a//b | expected: names joined by slashes",
                "consul://h/?prefix=UPPER | expected: up to 64 of"
            })
    void whatIsMalformedIsRefusedByName(String uri, String message) {
        assertThatThrownBy(() -> settings(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret");
    }
}
