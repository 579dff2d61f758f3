package dev.rollcall.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.balance.OutlierEjection;
import dev.rollcall.balance.OutlierEjection.FailureShare;
import dev.rollcall.balance.OutlierEjection.Latency;
import dev.rollcall.balance.OutlierEjection.SuccessRate;
import io.grpc.LoadBalancerProvider;
import io.grpc.LoadBalancerRegistry;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.internal.JsonParser;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies as service configs name and configure them. */
class PoliciesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rollcall_random",
                "rollcall_round_robin",
                "rollcall_weighted_random",
                "rollcall_weighted_round_robin",
                "rollcall_least_loaded",
                "rollcall_peak_ewma",
                "rollcall_consistent_hash"
            })
    void grpcFindsEachPolicyByItsName(String name) throws IOException {
        assertThat(provider(name).getPolicyName()).isEqualTo(name);
        assertThat(parse(name, "{}").getError()).isNull();
    }

    @Test
    void everyRefinementIsTaken() throws IOException {
        ConfigOrError parsed = parse("rollcall_consistent_hash", """
            {"header": "x-user", "loadFactor": 1.5, "slowStart": "1.5s", "zone": "eu-1", "zoneShare": 0.3,
             "canary": {"version": "3", "share": 0.05}, "metadata": {"tier": "gold"}, "version": "2"}
            """);
        assertThat(parsed.getError()).isNull();
        PolicyConfig config = (PolicyConfig) parsed.getConfig();
        assertThat(config.hashHeader().name()).isEqualTo("x-user");
        assertThat(config.balancer())
                .hasToString("consistentHash.slowStart(PT1.5S).preferZone(eu-1, 0.3).canary(version=3, 0.05)"
                        + ".filter(tier=gold).filter(version=2)");
        assertThat(parsed.getConfig())
                .isEqualTo(
                        parse("rollcall_consistent_hash", JSON_IN_ANOTHER_ORDER).getConfig());
    }

    @Test
    void outlierEjectionIsTakenBeforeZonesAndAfterFilters() throws IOException {
        ConfigOrError parsed = parse("rollcall_round_robin", """
            {"version": "2", "zone": "eu-1",
             "outlierEjection": {"failuresInARow": 3, "interval": "1s", "baseTime": "2s", "maxTime": "4s",
              "maxShare": 0.5, "successRate": {"deviations": 2}, "failureShare": {"share": 0.5},
              "latency": {"factor": 3, "least": "0.1s"}}}
            """);
        assertThat(parsed.getError()).isNull();
        PolicyConfig config = (PolicyConfig) parsed.getConfig();
        OutlierEjection expected = OutlierEjection.defaults()
                .withTimes(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4))
                .withMaxShare(0.5)
                .withFailuresInARow(3)
                .withSuccessRate(new SuccessRate(5, 100, 2))
                .withFailureShare(new FailureShare(5, 50, 0.5))
                .withLatency(new Latency(5, 50, 3, Duration.ofMillis(100)));
        assertThat(config.balancer())
                .hasToString("roundRobin.preferZone(eu-1).ejectOutliers(" + expected + ").filter(version=2)");
        assertThat(config.latencyMatters()).isTrue();
    }

    private static final String JSON_IN_ANOTHER_ORDER = """
        {"version": "2", "metadata": {"tier": "gold"}, "canary": {"share": 0.05, "version": "3"}, "zoneShare": 0.3,
         "zone": "eu-1", "slowStart": "1.5s", "loadFactor": 1.5, "header": "x-user"}
        """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        rollcall_random          | {"verison": "2"}               | rollcall_random.verison: unknown (expected: one of [
        rollcall_random          | {"header": "x-user"}           | rollcall_random.header: unknown
        rollcall_random          | {"version": 2}                 | rollcall_random.version: 2.0 (expected: a string
        rollcall_random          | {"version": ""}                | rollcall_random.version:  (expected: a string
        rollcall_random          | {"version": null}              | rollcall_random.version: null
        rollcall_random          | {"slowStart": "30"}            | rollcall_random.slowStart: 30 (expected: seconds
        rollcall_random          | {"slowStart": 30}              | rollcall_random.slowStart: 30.0 (expected: seconds
        rollcall_random          | {"slowStart": "0s"}            | rollcall_random.slowStart: window: PT0S
        rollcall_random          | {"slowStart": "999999999s"}    | rollcall_random.slowStart: window:
        rollcall_random          | {"zoneShare": 0.5}             | rollcall_random.zoneShare: given without zone
        rollcall_random          | {"zone": "a", "zoneShare": 0}  | rollcall_random.zoneShare: 0.0 (expected: a number above 0.0, up to 1.0)
        rollcall_random          | {"canary": "2"}                | rollcall_random.canary: 2 (expected: an object)
        rollcall_random          | {"canary": {"share": 0.5}}     | rollcall_random.canary.version: missing
        rollcall_random          | {"canary": {"version": "2"}}   | rollcall_random.canary.share: missing
        rollcall_random          | {"canary": {"version": "2", "share": 0.5, "x": 1}} | rollcall_random.canary.x: unknown
        rollcall_random          | {"metadata": {"a": 1}}         | rollcall_random.metadata:
        rollcall_random          | {"metadata": {}}               | rollcall_random.metadata:
        rollcall_random | {"outlierEjection": {"maxShare": 2}} | rollcall_random.outlierEjection.maxShare: 2.0 (expected:
        rollcall_random | {"outlierEjection": {"failuresInARow": 1.5}} | rollcall_random.outlierEjection.failuresInARow: 1.5 (expected: a whole number, 0 or more)
        rollcall_random | {"outlierEjection": {"interval": "0s"}} | rollcall_random.outlierEjection.interval: interval: PT0S
        rollcall_random | {"outlierEjection": {"latency": {}}} | rollcall_random.outlierEjection.latency.factor: missing
        rollcall_random | {"outlierEjection": {"successRate": {"x": 1}}} | rollcall_random.outlierEjection.successRate.x: unknown
        rollcall_random | {"outlierEjection": {"x": 1}} | rollcall_random.outlierEjection.x: unknown
        rollcall_consistent_hash | {"header": "X User"}           | rollcall_consistent_hash.header: "X User"
        rollcall_consistent_hash | {"header": "user-bin"}         | rollcall_consistent_hash.header: "user-bin"
        rollcall_consistent_hash | {"loadFactor": 1}              | rollcall_consistent_hash.loadFactor: 1.0 (expected: a number above 1.0)
        """)
    void errorsNameTheField(String policy, String json, String message) throws IOException {
        ConfigOrError parsed = parse(policy, json);
        assertThat(parsed.getConfig()).isNull();
        assertThat(parsed.getError().getDescription()).startsWith("load balancing policy " + message);
    }

    private static LoadBalancerProvider provider(String name) {
        return LoadBalancerRegistry.getDefaultRegistry().getProvider(name);
    }

    @SuppressWarnings("unchecked") // an object in JSON
    private static ConfigOrError parse(String policy, String json) throws IOException {
        return provider(policy).parseLoadBalancingPolicyConfig((Map<String, ?>) JsonParser.parse(json));
    }
}
