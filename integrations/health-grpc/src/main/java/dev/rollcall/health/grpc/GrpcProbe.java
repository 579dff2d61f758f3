package dev.rollcall.health.grpc;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.health.Probe;
import dev.rollcall.health.ProbeResult;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Passes if the server says {@code SERVING} by the <a href="https://github.com/grpc/grpc/blob/master/doc/health-checking.md">gRPC
 * health protocol</a>. Asks at the instance's first endpoint with the scheme {@code grpc} or {@code grpcs}, or else at its
 * principal one; with {@code grpcs} and {@code https} under TLS, trusting whom the JVM trusts. Each check is a connection
 * of its own. Immutable.
 */
public final class GrpcProbe implements Probe {
    private final String service;
    private final @Nullable Endpoint target;

    private GrpcProbe(String service, @Nullable Endpoint target) {
        this.service = service;
        this.target = target;
    }

    /** A probe of the server as a whole. */
    public static GrpcProbe ofServer() {
        return new GrpcProbe("", null);
    }

    /** A probe of one gRPC service, such as {@code shop.v1.Orders}; empty for the server as a whole. */
    public static GrpcProbe of(String service) {
        return new GrpcProbe(requireNonNull(service, "service"), null);
    }

    /** The same, asking here instead: for an instance that is reached by others at an address which isn't its own. */
    public GrpcProbe at(Endpoint target) {
        return new GrpcProbe(service, requireNonNull(target, "target"));
    }

    @Override
    public ProbeResult probe(Instance instance, Duration timeout) throws InterruptedException {
        Endpoint asked = target == null ? HealthCall.endpoint(instance) : target;
        String what = "gRPC health of " + (service.isEmpty() ? "" : service + " at ") + asked.authority() + ": ";
        try {
            HealthCall.ServingStatus status = HealthCall.ask(asked, service, timeout);
            return new ProbeResult(status == HealthCall.ServingStatus.SERVING, what + status);
        } catch (StatusRuntimeException e) {
            return ProbeResult.failed(what + HealthCall.reason(e));
        }
    }

    @Override
    public String toString() {
        return "grpc" + (service.isEmpty() ? "" : " " + service) + (target == null ? "" : " at " + target.authority());
    }
}
