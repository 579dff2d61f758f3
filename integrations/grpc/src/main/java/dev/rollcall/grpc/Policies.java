package dev.rollcall.grpc;

import dev.rollcall.balance.LoadBalancer;
import dev.rollcall.balance.Statistic;
import io.grpc.Metadata;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the configuration of Rollcall's policies; {@link RollcallPolicies} documents its fields. */
final class Policies {
    private Policies() {}

    /**
     * @param base the way of choosing
     * @throws IllegalArgumentException naming the field that is wrong
     */
    static PolicyConfig parse(String policy, Map<String, ?> config, LoadBalancer base) {
        return parse(policy, config, new PolicyFields(policy, config), base, null);
    }

    static PolicyConfig parseConsistentHash(String policy, Map<String, ?> config) {
        PolicyFields fields = new PolicyFields(policy, config);
        Metadata.@Nullable Key<String> header =
                fields.text("header").map(name -> header(fields, name)).orElse(null);
        LoadBalancer base = fields.number("loadFactor", 1, Double.MAX_VALUE)
                .map(LoadBalancer::consistentHash)
                .orElseGet(LoadBalancer::consistentHash);
        return parse(policy, config, fields, base, header);
    }

    private static PolicyConfig parse(
            String policy,
            Map<String, ?> config,
            PolicyFields fields,
            LoadBalancer base,
            Metadata.@Nullable Key<String> header) {
        Optional<EjectionFields> ejection = fields.object("outlierEjection").map(EjectionFields::parse);
        boolean latency = base.needs().contains(Statistic.LATENCY)
                || ejection.filter(EjectionFields::latency).isPresent();
        LoadBalancer balancer = zoned(fields, warmed(fields, base));
        balancer = canaried(fields, balancer);
        if (ejection.isPresent()) {
            balancer = balancer.ejectOutliers(ejection.get().policy());
        }
        balancer = filtered(fields, balancer);
        fields.requireNoOthers();
        return new PolicyConfig(policy, config, balancer, header, latency);
    }

    private static Metadata.Key<String> header(PolicyFields fields, String name) {
        try {
            return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
        } catch (IllegalArgumentException e) {
            throw fields.wrong("header", "\"" + name + "\" (expected: the name of a text header, in lower case)");
        }
    }

    private static LoadBalancer warmed(PolicyFields fields, LoadBalancer balancer) {
        Optional<Duration> window = fields.duration("slowStart");
        return window.isEmpty() ? balancer : checked(fields, "slowStart", () -> balancer.slowStart(window.get()));
    }

    private static LoadBalancer zoned(PolicyFields fields, LoadBalancer balancer) {
        Optional<String> zone = fields.text("zone");
        Optional<Double> share = fields.number("zoneShare", 0, 1);
        if (zone.isEmpty() && share.isPresent()) {
            throw fields.wrong("zoneShare", "given without zone");
        }
        return zone.isEmpty()
                ? balancer
                : share.isPresent() ? balancer.preferZone(zone.get(), share.get()) : balancer.preferZone(zone.get());
    }

    private static LoadBalancer canaried(PolicyFields fields, LoadBalancer balancer) {
        Optional<PolicyFields> canary = fields.object("canary");
        if (canary.isEmpty()) {
            return balancer;
        }
        PolicyFields inner = canary.get();
        String version = inner.required("version", inner.text("version"));
        double share = inner.required("share", inner.number("share", 0, 1));
        inner.requireNoOthers();
        return balancer.canary(version, share);
    }

    private static LoadBalancer filtered(PolicyFields fields, LoadBalancer balancer) {
        LoadBalancer filtered = balancer;
        Map<String, String> metadata = fields.texts("metadata").orElse(Map.of());
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            filtered = filtered.metadata(entry.getKey(), entry.getValue());
        }
        Optional<String> version = fields.text("version");
        return version.isPresent() ? filtered.version(version.get()) : filtered;
    }

    /** Has an error of the core's name the field. */
    static <T> T checked(PolicyFields fields, String name, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw fields.wrong(name, String.valueOf(e.getMessage()));
        }
    }
}
