package dev.rollcall.grpc;

import dev.rollcall.balance.LoadBalancer;
import io.grpc.Metadata;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A policy as a service config sets it up. Immutable; two are equal if they were read from the same fields.
 *
 * @param policy its name
 * @param fields its configuration
 * @param balancer chooses among the instances
 * @param hashHeader the request header that calls go by, null if none
 * @param latencyMatters whether a call's latency makes a difference to choices
 */
record PolicyConfig(
        String policy,
        Map<String, ?> fields,
        LoadBalancer balancer,
        Metadata.@Nullable Key<String> hashHeader,
        boolean latencyMatters) {

    PolicyConfig {
        fields = Map.copyOf(fields);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PolicyConfig that && policy.equals(that.policy) && fields.equals(that.fields);
    }

    @Override
    public int hashCode() {
        return 31 * policy.hashCode() + fields.hashCode();
    }

    @Override
    public String toString() {
        return policy + fields;
    }
}
