package dev.rollcall.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Instance;
import dev.rollcall.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutChoiceTest {
    private static LayoutChoice choice(String parameters) {
        return LayoutChoice.of(StoreUri.parse("etcd://h/?" + parameters), List.of("native", "kratos", "go-micro"));
    }

    @Test
    void isTheBackendsOwnWithoutBeingAsked() {
        LayoutChoice choice = choice("root=x");

        assertThat(choice.layouts("orders")).containsExactly("native");
        assertThat(choice.chosen()).containsExactly("native");
        assertThat(choice.root("native")).contains("x");
    }

    @Test
    void writesTheFirstAndReadsAll() {
        LayoutChoice choice = choice("layout=kratos,go-micro&root=/a&root.go-micro=/micro-registry");

        assertThat(choice.written("orders")).isEqualTo("kratos");
        assertThat(choice.layouts("orders")).containsExactly("kratos", "go-micro");
        assertThat(choice.root("kratos")).contains("/a");
        assertThat(choice.root("go-micro")).contains("/micro-registry");
        assertThat(choice.root("native")).isEmpty();
    }

    @Test
    void letsOneServiceDiffer() {
        LayoutChoice choice = choice("layout.orders=go-micro,native&root=x&root.go-micro=y");

        assertThat(choice.layouts("orders")).containsExactly("go-micro", "native");
        assertThat(choice.layouts("users")).containsExactly("native");
        assertThat(choice.written("orders")).isEqualTo("go-micro");
        assertThat(choice.chosen()).containsExactly("native", "go-micro");
        assertThat(choice.reads("go-micro", "users")).isFalse();
        assertThat(choice.reads("go-micro", "orders")).isTrue();
        assertThat(choice.root("native")).contains("x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "layout=consul                      | layout: \"consul\"",
                "layout=                            | layout: \"\"",
                "layout=kratos,                     | layout: \"kratos,\"",
                "layout=kratos,kratos               | each once",
                "layout=Kratos                      | one or more of [native, kratos, go-micro]",
                "layout.orders=consul               | layout.orders: \"consul\"",
                "layout.=kratos                     | layout.: service: \"\"",
                "layout.a/b=kratos                  | layout.a/b: service: \"a/b\"",
                "root.kratos=/x                     | isn't chosen",
                "root.=/x                           | isn't chosen",
                "layout=kratos&root=/x&root.kratos=/y | expected: one of them",
            })
    void saysWhatExists(String parameters, String complaint) {
        assertThatThrownBy(() -> choice(parameters))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("registry parameter")
                .hasMessageContaining(complaint)
                .hasMessageContaining("expected");
    }

    @Test
    void anOriginIsMarkedAndTakenAwayAgain() {
        Instance instance = Instance.of("orders", "h:1").withMetadata("a", "b").withStatus(Status.DRAINING);

        Instance marked = Origin.marked(instance, "kratos");

        assertThat(marked.metadata()).isEqualTo(Map.of("a", "b", "rollcall.layout", "kratos"));
        assertThat(Origin.marked(marked, "go-micro")).isSameAs(marked);
        assertThat(Origin.unmarked(marked)).isEqualTo(instance);
        assertThat(Origin.unmarked(instance)).isSameAs(instance);
    }

    @Test
    void anOriginThatFindsNoRoomIsLeftOut() {
        Map<String, String> full = new HashMap<>();
        for (int i = 0; i < 64; i++) {
            full.put("key" + i, "");
        }
        Instance instance = Instance.of("orders", "h:1").withMetadata(full);

        assertThat(Origin.marked(instance, "kratos")).isEqualTo(instance);
    }
}
