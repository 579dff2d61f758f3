package dev.rollcall.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretMaskTest {
    private static final String HIDDEN = SecretMask.HIDDEN;

    @ParameterizedTest
    @ValueSource(strings = {"db/password", "orders/API_KEY", "github-token", "a/secret/b", "aws.accessKey"})
    void aKeyThatSoundsLikeASecretHidesItsText(String key) {
        assertThat(SecretMask.mask(key, "hunter2")).isEqualTo(HIDDEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password=hunter2",
                "db.password = hunter2,hunter2",
                "password: hunter2",
                "  clientSecret: \"hunter2\"",
                "{\"a\": 1, \"password\": \"hunter2\", \"b\": 2}",
                "{\"a\": 1, \"password\": \"hun\\\"ter2 hunter2\"}",
                "api-key: 'hunter2'",
                "token: hunter2 # hunter2",
                "url: postgres://app:hunter2@db:5432/orders",
                "password: |\n  hunter2\n  hunter2",
                "credentials:\n  user: hunter2\n  more:\n    - hunter2",
                "\"secret\": {\n    \"value\": \"hunter2\"\n  }",
                "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\nhunter2",
            })
    void aValueThatLooksLikeASecretIsHidden(String text) {
        assertThat(SecretMask.mask("orders/settings", text))
                .doesNotContain("hunter2")
                .contains(HIDDEN);
    }

    @Test
    void therestIsShown() {
        String text = "limit: 10\npassword: hunter2\nname: orders\nnested:\n  token: hunter2\n  size: 3\n";
        assertThat(SecretMask.mask("orders/settings", text))
                .isEqualTo("limit: 10\npassword: " + HIDDEN + "\nname: orders\nnested:\n  token: " + HIDDEN
                        + "\n  size: 3\n");
        assertThat(SecretMask.mask("orders/limits", "max: 5\nhost: http://example.org:80/a@b"))
                .isEqualTo("max: 5\nhost: http://example.org:80/a@b");
    }
}
