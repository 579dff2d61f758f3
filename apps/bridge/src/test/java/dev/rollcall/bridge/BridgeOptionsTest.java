package dev.rollcall.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
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
        "etcd://b:1,             true,  PT10S, PT5S",
        "zookeeper://b:1/?ttl=4s, true,  PT4S,  PT2S",
        "memory:b?ttl=1s,        true,  PT1S,  PT1S",
        "consul://b:1,           true,  PT40S, PT10S",
        "consul+tls://b:1,       true,  PT40S, PT10S",
        "consul://b:1,           false, PT10S, PT2.5S",
        "consul://b:1/?ttl=60s,  true,  PT1M,  PT15S",
        "consul://b:1/?ttl=12s,  true,  PT12S, PT3S",
    })
    void mirrorsOutliveTheirLeaderSoThatAStandbyFindsThem(
            String target, boolean elected, Duration ttl, Duration leadershipTtl) {
        BridgeOptions options =
                BridgeOptions.builder("memory:a", target).elected(elected).build();

        assertThat(options.ttl()).isEqualTo(ttl);
        assertThat(options.leadershipTtl()).isEqualTo(leadershipTtl);
    }

    @Test
    void aTtlThatConsulMakesLongerThanElsewhereOrThatIsTooShortForAStandbyThereIsRemarkedOn() {
        BridgeOptions.Builder toConsul = BridgeOptions.builder("memory:a", "consul://b:1");

        assertThat(toConsul.build().ttlRemark())
                .hasValueSatisfying(
                        remark -> assertThat(remark).startsWith("mirrors outlive a crash by up to 40 s, not 10 s"));
        assertThat(toConsul.ttl(Duration.ofSeconds(12)).build().ttlRemark())
                .hasValueSatisfying(remark ->
                        assertThat(remark).startsWith("mirrors with a TTL of 12.0 s are away for some seconds"));
        assertThat(toConsul.ttl(Duration.ofSeconds(40)).build().ttlRemark()).isEmpty();
        assertThat(toConsul.ttl(Duration.ofSeconds(5)).elected(false).build().ttlRemark())
                .isEmpty();
        assertThat(BridgeOptions.builder("memory:a", "etcd://b:1").build().ttlRemark())
                .isEmpty();
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
