package dev.rollcall.grpc;

import static java.util.Objects.requireNonNull;

import dev.rollcall.balance.LoadBalancer;
import io.grpc.LoadBalancer.Helper;
import io.grpc.LoadBalancerProvider;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.Status;
import io.grpc.protobuf.services.HealthCheckingLoadBalancerUtil;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * One of Rollcall's balancers as a gRPC policy; see {@link RollcallPolicies}. Without state: what a policy learns, it
 * learns for one channel. Safe for use by many threads.
 */
public abstract sealed class RollcallPolicy extends LoadBalancerProvider
        permits RollcallPolicies.Random,
                RollcallPolicies.RoundRobin,
                RollcallPolicies.WeightedRandom,
                RollcallPolicies.WeightedRoundRobin,
                RollcallPolicies.LeastLoaded,
                RollcallPolicies.PeakEwma,
                RollcallPolicies.ConsistentHash {

    private static final int PRIORITY = 5;

    private final String name;
    private final LongSupplier nanoClock;

    RollcallPolicy(String name) {
        this(name, System::nanoTime);
    }

    RollcallPolicy(String name, LongSupplier nanoClock) {
        this.name = name;
        this.nanoClock = nanoClock;
    }

    abstract PolicyConfig parse(Map<String, ?> config);

    /** For those that have no fields of their own. */
    final PolicyConfig parse(Map<String, ?> config, LoadBalancer balancer) {
        return Policies.parse(name, config, balancer);
    }

    @Override
    public final boolean isAvailable() {
        return true;
    }

    @Override
    public final int getPriority() {
        return PRIORITY;
    }

    @Override
    public final String getPolicyName() {
        return name;
    }

    /** A configured policy, or an error that names the field which is wrong. */
    @Override
    public final ConfigOrError parseLoadBalancingPolicyConfig(Map<String, ?> config) {
        try {
            return ConfigOrError.fromConfig(parse(config));
        } catch (IllegalArgumentException e) {
            // The code that gRPC's own policies give for this.
            return ConfigOrError.fromError(
                    Status.UNAVAILABLE.withDescription("load balancing policy " + e.getMessage()));
        }
    }

    @Override
    public final io.grpc.LoadBalancer newLoadBalancer(Helper helper) {
        PolicyConfig defaults = parse(Map.of());
        return HealthCheckingLoadBalancerUtil.newHealthCheckingLoadBalancer(
                new io.grpc.LoadBalancer.Factory() {
                    @Override
                    public io.grpc.LoadBalancer newLoadBalancer(Helper checking) {
                        return new InstanceBalancer(checking, requireNonNull(defaults, "defaults"), nanoClock);
                    }
                },
                helper);
    }
}
