package dev.rollcall.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.spi.ConfigRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigEntryTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "gateway/rules", "a:b/ö%2F{}", "...", "config"})
    void namesJoinedBySlashesAreKeys(String key) {
        assertThat(ConfigEntry.requireKey(key)).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/a", "a/", "a//b", "a/../b", ".", "a b", "a\nb", "a/\ud800"})
    void whatSomeStoreCannotKeepIsNoKey(String key) {
        assertThat(ConfigEntry.isKey(key)).isFalse();
        assertThatThrownBy(() -> ConfigEntry.requireKey(key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("config key: \"")
                .hasMessageContaining("expected: visible names joined by single slashes");
    }

    @Test
    void keysAreBounded() {
        assertThat(ConfigEntry.isKey("k".repeat(ConfigEntry.MAX_KEY_CHARS))).isTrue();
        assertThat(ConfigEntry.isKey("k".repeat(ConfigEntry.MAX_KEY_CHARS + 1))).isFalse();
    }

    @Test
    void theTextIsNotShown() {
        assertThat(new ConfigEntry("db/password", "s3cret", 7).toString())
                .isEqualTo("db/password (6 characters, revision 7)");
    }

    @Test
    void aRangeEndsAtASlash() {
        ConfigRange orders = ConfigRange.below("orders");

        assertThat(orders.contains("orders/a")).isTrue();
        assertThat(orders.contains("orders/a/b")).isTrue();
        assertThat(orders.contains("orders")).isFalse();
        assertThat(orders.contains("orders-v2/a")).isFalse();
        assertThat(ConfigRange.below("").contains("anything")).isTrue();
        assertThat(ConfigRange.key("orders").contains("orders")).isTrue();
        assertThat(ConfigRange.key("orders").contains("orders/a")).isFalse();
    }
}
