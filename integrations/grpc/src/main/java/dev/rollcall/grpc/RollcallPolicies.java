package dev.rollcall.grpc;

import dev.rollcall.balance.LoadBalancer;
import java.util.Map;

/**
 * Rollcall's balancers as gRPC load balancing policies, by their names in service configs. They work with every name
 * resolver; with {@code rollcall:} targets they know weights, zones and versions. Each chooses among the instances that
 * are connected and up, and learns from the calls of its channel: those under way, how long they took, and how they
 * went. {@code RESOURCE_EXHAUSTED} and {@code UNAVAILABLE} count as refused for want of capacity; {@code UNKNOWN},
 * {@code INTERNAL}, {@code DATA_LOSS}, {@code UNIMPLEMENTED} and {@code DEADLINE_EXCEEDED} as failed;
 * {@code CANCELLED} as nothing; any other status as the server's proper answer.
 *
 * <p>Where latencies matter, the latency of a call that streams is the time until its first response headers; it then
 * counts as under way until these, and as an answer.
 *
 * <p>All take these fields, and refuse others:
 *
 * <table>
 * <caption>Fields of every policy</caption>
 * <tr><th>field</th><th>meaning</th></tr>
 * <tr><td>{@code slowStart: "30s"}</td><td>{@link LoadBalancer#slowStart}</td></tr>
 * <tr><td>{@code zone: "eu-1", zoneShare: 0.3}</td><td>{@link LoadBalancer#preferZone(String, double)}; the share may
 * be left out</td></tr>
 * <tr><td>{@code canary: {version: "2", share: 0.05}}</td><td>{@link LoadBalancer#canary(String, double)}</td></tr>
 * <tr><td>{@code outlierEjection: {failuresInARow: 5, interval: "10s", baseTime: "30s", maxTime: "300s", maxShare: 0.1,
 * successRate: {minimumInstances: 5, minimumCalls: 100, deviations: 1.9}, failureShare: {minimumInstances: 5,
 * minimumCalls: 50, share: 0.85}, latency: {minimumInstances: 5, minimumCalls: 50, factor: 3, least: "0.1s"}}}</td>
 * <td>{@link LoadBalancer#ejectOutliers}. What is left out of the first five and {@code successRate} is as shown;
 * {@code failureShare} and {@code latency} judge only if they are there; {@code {}} is
 * {@link dev.rollcall.balance.OutlierEjection#defaults}</td></tr>
 * <tr><td>{@code metadata: {tier: "gold"}}</td><td>{@link LoadBalancer#metadata}</td></tr>
 * <tr><td>{@code version: "2"}</td><td>{@link LoadBalancer#version}</td></tr>
 * </table>
 */
public final class RollcallPolicies {
    private RollcallPolicies() {}

    /** {@code rollcall_random}: {@link LoadBalancer#random()}. */
    public static final class Random extends RollcallPolicy {
        /** For {@link java.util.ServiceLoader}. */
        public Random() {
            super("rollcall_random");
        }

        @Override
        PolicyConfig parse(Map<String, ?> config) {
            return parse(config, LoadBalancer.random());
        }
    }

    /** {@code rollcall_round_robin}: {@link LoadBalancer#roundRobin()}. */
    public static final class RoundRobin extends RollcallPolicy {
        /** For {@link java.util.ServiceLoader}. */
        public RoundRobin() {
            super("rollcall_round_robin");
        }

        @Override
        PolicyConfig parse(Map<String, ?> config) {
            return parse(config, LoadBalancer.roundRobin());
        }
    }

    /** {@code rollcall_weighted_random}: {@link LoadBalancer#weightedRandom()}. */
    public static final class WeightedRandom extends RollcallPolicy {
        /** For {@link java.util.ServiceLoader}. */
        public WeightedRandom() {
            super("rollcall_weighted_random");
        }

        @Override
        PolicyConfig parse(Map<String, ?> config) {
            return parse(config, LoadBalancer.weightedRandom());
        }
    }

    /** {@code rollcall_weighted_round_robin}: {@link LoadBalancer#weightedRoundRobin()}. */
    public static final class WeightedRoundRobin extends RollcallPolicy {
        /** For {@link java.util.ServiceLoader}. */
        public WeightedRoundRobin() {
            super(RollcallGrpc.DEFAULT_POLICY);
        }

        @Override
        PolicyConfig parse(Map<String, ?> config) {
            return parse(config, LoadBalancer.weightedRoundRobin());
        }
    }

    /** {@code rollcall_least_loaded}: {@link LoadBalancer#leastLoaded()}. */
    public static final class LeastLoaded extends RollcallPolicy {
        /** For {@link java.util.ServiceLoader}. */
        public LeastLoaded() {
            super("rollcall_least_loaded");
        }

        @Override
        PolicyConfig parse(Map<String, ?> config) {
            return parse(config, LoadBalancer.leastLoaded());
        }
    }

    /** {@code rollcall_peak_ewma}: {@link LoadBalancer#peakEwma()}. */
    public static final class PeakEwma extends RollcallPolicy {
        /** For {@link java.util.ServiceLoader}. */
        public PeakEwma() {
            super("rollcall_peak_ewma");
        }

        @Override
        PolicyConfig parse(Map<String, ?> config) {
            return parse(config, LoadBalancer.peakEwma());
        }
    }

    /**
     * {@code rollcall_consistent_hash}: {@link LoadBalancer#consistentHash(double)}. A call goes by
     * {@link RollcallGrpc#HASH_KEY} among its options, else by the request header that the field {@code header} names,
     * else by nothing, to a random instance. The field {@code loadFactor} is above 1, by default 1.25.
     */
    public static final class ConsistentHash extends RollcallPolicy {
        /** For {@link java.util.ServiceLoader}. */
        public ConsistentHash() {
            super("rollcall_consistent_hash");
        }

        @Override
        PolicyConfig parse(Map<String, ?> config) {
            return Policies.parseConsistentHash(getPolicyName(), config);
        }
    }
}
