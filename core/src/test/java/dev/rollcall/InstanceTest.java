package dev.rollcall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceTest {
    private static final Instance INSTANCE = Instance.of("orders", "http://10.0.0.5:8080", "grpc://10.0.0.5:9090");

    @Test
    void theIdIsHostAndPortSoThatTwoPortsOnOneHostDoNotCollide() {
        assertThat(INSTANCE.id()).isEqualTo("10.0.0.5:8080");
        assertThat(Instance.of("orders", "http://10.0.0.5:8081").id()).isNotEqualTo(INSTANCE.id());
        assertThat(Instance.of("orders", "http://[::1]:80").id()).isEqualTo("[::1]:80");
    }

    @Test
    void defaultsAreWeightOneAndUp() {
        assertThat(INSTANCE)
                .isEqualTo(new Instance(
                        "orders",
                        "10.0.0.5:8080",
                        List.of(new Endpoint("http", "10.0.0.5", 8080), new Endpoint("grpc", "10.0.0.5", 9090)),
                        1,
                        Status.UP,
                        "",
                        "",
                        Map.of()));
    }

    @Test
    void eachPartCanBeReplaced() {
        Instance other = INSTANCE.withId("one")
                .withEndpoints(List.of(new Endpoint("tcp", "h", 1)))
                .withWeight(0)
                .withStatus(Status.DRAINING)
                .withZone("zone a")
                .withVersion("2")
                .withMetadata(Map.of("dropped", "x"))
                .withMetadata(Map.of("b", "2"))
                .withMetadata("a", "1");

        assertThat(other)
                .isEqualTo(new Instance(
                        "orders",
                        "one",
                        List.of(new Endpoint("tcp", "h", 1)),
                        0,
                        Status.DRAINING,
                        "zone a",
                        "2",
                        Map.of("a", "1", "b", "2")));
        assertThat(other.metadata().keySet()).containsExactly("a", "b");
    }

    @Test
    void endpointsAreFoundByScheme() {
        assertThat(INSTANCE.endpoint().scheme()).isEqualTo("http");
        assertThat(INSTANCE.endpoint("grpc").port()).isEqualTo(9090);
        assertThatThrownBy(() -> INSTANCE.endpoint("https"))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("https")
                .hasMessageContaining("grpc://10.0.0.5:9090");
    }

    @Test
    void whatWasGivenMayChangeAfterwards() {
        List<Endpoint> endpoints = new ArrayList<>(INSTANCE.endpoints());
        Map<String, String> metadata = new HashMap<>(Map.of("k", "v"));
        Instance instance = INSTANCE.withEndpoints(endpoints).withMetadata(metadata);

        endpoints.clear();
        metadata.clear();

        assertThat(instance.endpoints()).hasSize(2);
        assertThat(instance.metadata()).containsEntry("k", "v");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "/", ".", "..", "a b", "tab\t", "line\n", "nul\0", "\ud800", "\ue000", "\uffff"})
    void namesThatSomeStoreCouldNotHoldAreRefused(String name) {
        assertThatThrownBy(() -> Instance.requireServiceName(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
        assertThatThrownBy(() -> INSTANCE.withId(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"orders", "orders-v2", "com.example.Orders", "örders", "注文", "a%2Fb", "...", "a:b@c?d=e&f#g"})
    void visibleNamesAreTaken(String name) {
        assertThat(Instance.requireServiceName(name)).isEqualTo(name);
        assertThat(INSTANCE.withId(name).id()).isEqualTo(name);
    }

    @Test
    void everythingIsBounded() {
        assertThatThrownBy(() -> Instance.of("s".repeat(256), "http://h:1"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> INSTANCE.withId("i".repeat(1_025))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> INSTANCE.withZone("z".repeat(256))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> INSTANCE.withVersion("v".repeat(256))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> INSTANCE.withZone("\n")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> INSTANCE.withWeight(-1)).hasMessage("weight: -1 (expected: 0 to 1000000)");
        assertThatThrownBy(() -> INSTANCE.withWeight(1_000_001)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> INSTANCE.withEndpoints(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> INSTANCE.withEndpoints(Collections.nCopies(17, INSTANCE.endpoint())))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> INSTANCE.withMetadata("", "empty key")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> INSTANCE.withMetadata("k".repeat(256), ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> INSTANCE.withMetadata("k", "v".repeat(65_536)))
                .isInstanceOf(IllegalArgumentException.class);
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 65; i++) {
            many.put("k" + i, "v");
        }
        assertThatThrownBy(() -> INSTANCE.withMetadata(many)).isInstanceOf(IllegalArgumentException.class);
        assertThat(INSTANCE.withWeight(1_000_000)
                        .withMetadata("k", "v".repeat(65_535))
                        .weight())
                .isEqualTo(Instance.MAX_WEIGHT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d", "a\ud83db", "\ude00", "\ude00\ud83d"})
    void halfASurrogatePairIsRefusedSinceUtf8HasNoBytesForIt(String half) {
        assertThatThrownBy(() -> INSTANCE.withMetadata("k", half)).hasMessageContaining("surrogate");
        assertThatThrownBy(() -> INSTANCE.withMetadata(half, "v")).hasMessageContaining("surrogate");
        assertThatThrownBy(() -> INSTANCE.withZone(half)).hasMessageContaining("well-formed");
        assertThatThrownBy(() -> INSTANCE.withVersion(half)).hasMessageContaining("well-formed");
        assertThat(INSTANCE.withMetadata("k", "\ud83d\ude00").metadata()).containsEntry("k", "\ud83d\ude00");
    }

    @Test
    void nullsAreRefusedByName() {
        assertThatThrownBy(() -> INSTANCE.withZone(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("zone");
        assertThatThrownBy(() -> INSTANCE.withStatus(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("status");
        assertThatThrownBy(() -> INSTANCE.withMetadata("k", null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("value");
    }
}
