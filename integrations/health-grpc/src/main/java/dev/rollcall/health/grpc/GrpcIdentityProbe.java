package dev.rollcall.health.grpc;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.health.Identity;
import dev.rollcall.health.IdentityProbe;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Set;

/**
 * Asks by the <a href="https://github.com/grpc/grpc/blob/master/doc/health-checking.md">gRPC health protocol</a> whether the
 * server knows {@link Identity#healthServiceName()}, where {@link GrpcProbe} would ask. Any status of that name, serving or not,
 * confirms; a server that doesn't know it, or has no health service at all, is a stranger; one that can't be reached has not
 * answered. So any gRPC server in any language can say who it is, by setting one status. Immutable.
 */
public final class GrpcIdentityProbe implements IdentityProbe {
    private static final Set<Status.Code> STRANGERS = Set.of(Status.Code.NOT_FOUND, Status.Code.UNIMPLEMENTED);

    private GrpcIdentityProbe() {}

    /** A probe of whatever instance it is asked about. */
    public static GrpcIdentityProbe create() {
        return new GrpcIdentityProbe();
    }

    @Override
    public Answer ask(Instance expected, Duration timeout) throws InterruptedException {
        Endpoint asked = HealthCall.endpoint(expected);
        String name = Identity.of(expected).healthServiceName();
        String what = "gRPC health of " + name + " at " + asked.authority() + ": ";
        try {
            HealthCall.ServingStatus status = HealthCall.ask(asked, name, timeout);
            boolean known = status != HealthCall.ServingStatus.SERVICE_UNKNOWN;
            return new Answer(known ? Verdict.CONFIRMED : Verdict.DENIED, what + status);
        } catch (StatusRuntimeException e) {
            boolean stranger = STRANGERS.contains(e.getStatus().getCode());
            return new Answer(stranger ? Verdict.DENIED : Verdict.UNANSWERED, what + HealthCall.reason(e));
        }
    }

    @Override
    public String toString() {
        return "grpc";
    }
}
