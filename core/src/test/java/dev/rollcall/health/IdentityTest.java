package dev.rollcall.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rollcall.Instance;
import dev.rollcall.health.IdentityProbe.Verdict;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
    private static final Duration PATIENT = Duration.ofSeconds(20);

    @Test
    void theDocumentIsPlainJson() {
        assertThat(Identity.of(Instance.of("orders", "http://10.0.0.5:8080")).toJson())
                .isEqualTo("{\"service\":\"orders\",\"id\":\"10.0.0.5:8080\"}");
        assertThat(new Identity("a\"b\\c", "é\u2028").toJson())
                .isEqualTo("{\"service\":\"a\\u0022b\\u005cc\",\"id\":\"\\u00e9\\u2028\"}");
    }

    @Property
    void whatIsWrittenIsReadBack(@ForAll String service, @ForAll String id) {
        Identity identity = new Identity(service, id);

        assertThat(Identity.parse(identity.toJson())).isEqualTo(identity);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"service\":\"s\",\"id\":\"i\"}",
                " { \"id\" : \"i\" ,\r\n\t\"service\" : \"\\u0073\" } ",
                "{\"a\":[1,-2.5e+3,[],{}],\"service\":\"s\",\"b\":{\"service\":\"x\",\"c\":[null,true]},\"id\":\"i\",\"d\":\"\\n"
                        + "\\/\"}"
            })
    void otherMembersArePassedOver(String json) {
        assertThat(Identity.parse(json)).isEqualTo(new Identity("s", "i"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "<html>",
                "{",
                "{}",
                "{\"service\":\"s\"}",
                "{\"service\":\"s\",\"id\":1}",
                "{\"service\":\"s\",\"id\":\"i\"",
                "{\"service\":\"s\",\"id\":\"i\"}x",
                "{\"service\":\"s\",\"id\":\"i\",}",
                "{\"service\":\"s\",\"id\":\"i",
                "{\"service\":\"s\" \"id\":\"i\"}",
                "{\"service\":\"s\",\"id\":\"\\x\"}",
                "{\"service\":\"s\",\"id\":\"\\u00g0\"}",
                "{\"service\":\"s\",\"id\":\"a\nb\"}",
                "{\"service\":\"s\",\"id\":\"i\",\"x\":01}",
                "{service:\"s\",id:\"i\"}"
            })
    void whatIsNoIdentityIsRefused(String json) {
        assertThatIllegalArgumentException().isThrownBy(() -> Identity.parse(json));
    }

    @Test
    void aNestedAnswerDoesNotOverflowTheStack() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Identity.parse("{\"a\":" + "[".repeat(30_000)))
                .withMessageContaining("levels");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Identity.parse("{\"a\":".repeat(10_000)))
                .withMessageContaining("levels");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 OK|{\"service\":\"orders\",\"id\":\"me\"}|CONFIRMED|is orders/me",
                "200 OK|{\"service\":\"orders\",\"id\":\"other\"}|DENIED|is orders/other",
                "200 OK|{\"service\":\"users\",\"id\":\"me\"}|DENIED|is users/me",
                "200 OK|<html>hello</html>|DENIED|no JSON object at character 0",
                "404 Not Found|{}|DENIED|HTTP 404 instead of an identity",
                "302 Found|{}|DENIED|HTTP 302 instead",
                "429 Slow Down|{}|UNANSWERED|HTTP 429",
                "503 Away|{}|UNANSWERED|HTTP 503"
            })
    void theAnswerSaysWhoIsThere(String status, String body, Verdict verdict, String detail)
            throws InterruptedException {
        try (ScriptedServer server = ScriptedServer.answering(
                "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)) {
            IdentityProbe.Answer answer = HttpIdentityProbe.create().ask(me(server.port()), PATIENT);

            assertThat(answer.verdict()).isEqualTo(verdict);
            assertThat(answer.detail())
                    .startsWith("GET http://127.0.0.1:" + server.port() + "/.well-known/rollcall: ")
                    .contains(detail);
            assertThat(server.requests()).singleElement().asString().startsWith("GET /.well-known/rollcall HTTP/1.1");
        }
    }

    @Test
    void whoCannotBeReachedHasNotAnswered() throws InterruptedException {
        assertThat(HttpIdentityProbe.of("/who")
                        .ask(me(HttpProbeTest.freePort()), PATIENT)
                        .verdict())
                .isEqualTo(Verdict.UNANSWERED);
    }

    private static Instance me(int port) {
        return HttpProbeTest.instance(port).withId("me");
    }
}
