package dev.rollcall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

    @ParameterizedTest
    @CsvSource({
        "http://10.0.0.5:8080, http, 10.0.0.5, 8080",
        "grpc+tls://node.example:443, grpc+tls, node.example, 443",
        "10.0.0.5:80, tcp, 10.0.0.5, 80",
        "http://[2001:db8::1]:1, http, 2001:db8::1, 1",
        "[::1]:65535, tcp, ::1, 65535",
        "http://h:0, http, h, 0"
    })
    void readsWhatItWrites(String text, String scheme, String host, int port) {
        Endpoint endpoint = Endpoint.parse(text);

        assertThat(endpoint).isEqualTo(new Endpoint(scheme, host, port));
        assertThat(Endpoint.parse(endpoint.toString())).isEqualTo(endpoint);
    }

    @Test
    void anIpv6AddressStandsInBrackets() {
        assertThat(new Endpoint("http", "2001:db8::1", 80)).hasToString("http://[2001:db8::1]:80");
        assertThat(new Endpoint("http", "10.0.0.1", 80).authority()).isEqualTo("10.0.0.1:80");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host",
                "host:",
                ":80",
                "http://",
                "http://host",
                "http://:80",
                "host:65536",
                "host:999999",
                "host:-1",
                "host:8x",
                "host:８０",
                "2001:db8::1:80",
                "HTTP://host:80",
                "1http://host:80",
                "http://ho st:80",
                "http://user@host:80",
                "http://host:80/path",
                "http://[]:80"
            })
    void refusesAnythingElseAndSaysWhatWasExpected(String text) {
        assertThatThrownBy(() -> Endpoint.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void hostileTextIsShownShortAndWithoutControlCharacters() {
        assertThatThrownBy(() -> Endpoint.parse("\u001b[31m\n" + "x".repeat(10_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .hasSizeLessThan(300)
                .doesNotContain("\u001b", "\n");
    }
}
