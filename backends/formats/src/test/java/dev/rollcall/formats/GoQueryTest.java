package dev.rollcall.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Interner;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoQueryTest {
    private final DubboUrl dubbo = new DubboUrl(new Interner());

    @Test
    void escapesAsGoDoes() {
        assertThat(GoQuery.escape("a b*~-_.!'()ü/:?&=+%"))
                .isEqualTo("a+b%2A~-_.%21%27%28%29%C3%BC%2F%3A%3F%26%3D%2B%25");
    }

    @Test
    void readsWhatJavaEscapesOtherwise() {
        String text = "a b*~ü\ud83d\ude00";

        assertThat(URLEncoder.encode(text, StandardCharsets.UTF_8)).isNotEqualTo(GoQuery.escape(text));
        assertThat(GoQuery.unescape(URLEncoder.encode(text, StandardCharsets.UTF_8)))
                .isEqualTo(text);
        assertThatThrownBy(() -> GoQuery.unescape("100%")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsAProviderOfDubbos() {
        Instance instance = dubbo.read(
                "com.x.Api",
                "dubbo://10.0.0.1:20880/com.x.Api?application=a&interface=com.x.Api&methods=hello,bye&side=provider&version=1.0.0");

        assertThat(instance.endpoint()).hasToString("dubbo://10.0.0.1:20880");
        assertThat(instance.version()).isEqualTo("1.0.0");
        assertThat(instance.weight()).isEqualTo(100);
        assertThat(instance.metadata()).isEqualTo(Map.of("application", "a", "methods", "hello,bye"));
        assertThat(instance.id()).matches("10\\.0\\.0\\.1:20880-[0-9a-f]{16}");
    }

    @Test
    void readsADisabledProviderAndOneWithAUser() {
        Instance instance = dubbo.read("a", "tri://me:pw@[::1]:50051/a?enabled=false&weight=7&empty=");

        assertThat(instance.endpoint()).hasToString("tri://[::1]:50051");
        assertThat(instance.status()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(instance.weight()).isEqualTo(7);
        assertThat(instance.metadata()).isEqualTo(Map.of("enabled", "false", "empty", ""));
    }

    @Test
    void writesAProviderAsDubboReadsIt() {
        assertThat(dubbo.write(Instance.of("com.x.Api", "10.0.0.1:20880")
                        .withVersion("1.0.0")
                        .withMetadata("application", "a&b")))
                .isEqualTo("dubbo://10.0.0.1:20880/com.x.Api?application=a%26b&interface=com.x.Api"
                        + "&rollcall.endpoints=tcp://10.0.0.1:20880&side=provider&version=1.0.0&weight=1");
    }
}
