package dev.rollcall.grpc;

import dev.rollcall.balance.OutlierEjection;
import dev.rollcall.balance.OutlierEjection.FailureShare;
import dev.rollcall.balance.OutlierEjection.Latency;
import dev.rollcall.balance.OutlierEjection.SuccessRate;
import java.time.Duration;
import java.util.Optional;

/**
 * The field {@code outlierEjection} of a policy. What is left out is as in {@link OutlierEjection#defaults()}.
 *
 * @param policy what it says
 * @param latency whether latencies matter for it
 */
record EjectionFields(OutlierEjection policy, boolean latency) {
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration BASE = Duration.ofSeconds(30);
    private static final Duration MOST = Duration.ofMinutes(5);

    static EjectionFields parse(PolicyFields fields) {
        Duration interval = fields.duration("interval").orElse(INTERVAL);
        Duration base = fields.duration("baseTime").orElse(BASE);
        Duration most = fields.duration("maxTime").orElse(MOST);
        OutlierEjection times = Policies.checked(
                fields, "interval", () -> OutlierEjection.defaults().withTimes(interval, base, most));
        OutlierEjection policy =
                fields.number("maxShare", 0, 1).map(times::withMaxShare).orElse(times);
        Optional<Integer> inARow = fields.count("failuresInARow", 0);
        policy = inARow.isPresent() ? policy.withFailuresInARow(inARow.get()) : policy;
        Optional<SuccessRate> successRate = fields.object("successRate").map(EjectionFields::successRate);
        policy = successRate.isPresent() ? policy.withSuccessRate(successRate.get()) : policy;
        Optional<FailureShare> failureShare = fields.object("failureShare").map(EjectionFields::failureShare);
        policy = failureShare.isPresent() ? policy.withFailureShare(failureShare.get()) : policy;
        Optional<Latency> latency = fields.object("latency").map(EjectionFields::latency);
        policy = latency.isPresent() ? policy.withLatency(latency.get()) : policy;
        fields.requireNoOthers();
        return new EjectionFields(policy, latency.isPresent());
    }

    private static SuccessRate successRate(PolicyFields fields) {
        SuccessRate read = new SuccessRate(
                fields.count("minimumInstances", 1).orElse(5),
                fields.count("minimumCalls", 1).orElse(100),
                fields.number("deviations", 0, Double.MAX_VALUE).orElse(1.9));
        fields.requireNoOthers();
        return read;
    }

    private static FailureShare failureShare(PolicyFields fields) {
        FailureShare read = new FailureShare(
                fields.count("minimumInstances", 1).orElse(5),
                fields.count("minimumCalls", 1).orElse(50),
                fields.number("share", 0, 1).orElse(0.85));
        fields.requireNoOthers();
        return read;
    }

    private static Latency latency(PolicyFields fields) {
        Latency read = new Latency(
                fields.count("minimumInstances", 1).orElse(5),
                fields.count("minimumCalls", 1).orElse(50),
                fields.required("factor", fields.number("factor", 1, Double.MAX_VALUE)),
                fields.duration("least").orElse(Duration.ZERO));
        fields.requireNoOthers();
        return read;
    }
}
