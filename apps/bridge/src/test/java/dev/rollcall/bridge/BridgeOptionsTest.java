package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BridgeOptionsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "old | rename: \"old\" (expected: old=new",
                "a=b* | has a * on the right alone",
                "a**=b | has more than one *",
                "=b | rename: \"\" can match no service",
                "a= | rename: \"\" can match no service",
                "a/b=c | rename: \"a/b\" can match no service",
            })
    void aBadRuleIsRefusedAndSaysWhatWasExpected(String rule, String expected) {
        BridgeOptions.Builder builder =
                BridgeOptions.builder("memory:a", "memory:b").rename(rule.strip());

        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContaining(expected);
    }

    @Test
    void twoRulesForOneNameAreRefused() {
        BridgeOptions.Builder builder =
                BridgeOptions.builder("memory:a", "memory:b").rename("a=b").rename("a=c");

        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContaining("two rules for \"a\"");
    }

    @Test
    void aBridgeToWhereItComesFromIsRefusedUnlessItRenames() {
        assertThatIllegalArgumentException()
                .isThrownBy(BridgeOptions.builder("etcd://a:1", "etcd://a:1/?ttl=3s")::build)
                .withMessageContaining("the same as from");
        assertThat(BridgeOptions.builder("etcd://a:1", "etcd://a:1/?root=new").build())
                .isNotNull();
        assertThat(BridgeOptions.builder("etcd://a:1", "etcd://a:1")
                        .rename("*=new-*")
                        .build())
                .isNotNull();
    }

    @Test
    void bridgesWithTheSameWorkHaveTheSameNameAndOthersNot() {
        String name = name(List.of("a", "b"));

        assertThat(name).matches("bridge-[0-9a-f]{8}").isEqualTo(name(List.of("b", "a")));
        assertThat(name(List.of("a"))).isNotEqualTo(name);
        assertThat(BridgeOptions.builder("etcd://a:1/?root=x", "etcd://a:1")
                        .services(List.of("a", "b"))
                        .build()
                        .name())
                .isNotEqualTo(name);
    }

    private static String name(List<String> services) {
        return BridgeOptions.builder("etcd://root:secret@a:1/?ttl=5s", "etcd://b:1")
                .services(services)
                .build()
                .name();
    }

    @Test
    void noPasswordIsInWhatIsShownOrWritten() {
        BridgeOptions options =
                BridgeOptions.builder("etcd://root:s3cret@a:1", "etcd://b:1").build();

        assertThat(options.toString()).doesNotContain("s3cret");
        assertThat(options.origin()).isEqualTo("etcd://a:1");
    }

    @ParameterizedTest
    @CsvSource({
        "legacy-orders, orders",
        "legacy-users, people",
        "legacy-, legacy-",
        "team-a, all",
        "web, web",
        "a-x-z, x-new",
    })
    void theFirstRuleThatMatchesNamesTheService(String service, String expected) {
        ServiceNames names = ServiceNames.of(
                List.of(),
                List.of("legacy-users=people", "legacy-=legacy-", "legacy-*=*", "team-*=all", "a-*-z=*-new"));

        assertThat(names.target(service)).contains(expected);
    }

    @Test
    void aRuleThatLeavesNoNameGivesNone() {
        assertThat(ServiceNames.of(List.of(), List.of("legacy-*=*")).target("legacy-"))
                .isEmpty();
    }
}
