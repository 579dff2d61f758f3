package dev.rollcall.grpc;

import dev.rollcall.Registration;
import dev.rollcall.Status;
import io.grpc.Context;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a registration's status follow a health service, which it watches as a client would, but without a connection.
 * Safe for use by many threads.
 */
final class HealthFollower implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HealthFollower.class);

    private final HealthGrpc.HealthImplBase health;
    private final HealthCheckRequest request;
    private final Context.CancellableContext watching = Context.ROOT.withCancellation();

    HealthFollower(HealthStatusManager manager, String service) {
        if (!(manager.getHealthService() instanceof HealthGrpc.HealthImplBase implementation)) {
            throw new IllegalArgumentException(
                    "health: " + manager.getHealthService().getClass().getName()
                            + " (expected: a HealthStatusManager whose service is a HealthImplBase)");
        }
        this.health = implementation;
        this.request = HealthCheckRequest.newBuilder().setService(service).build();
    }

    /** What the health service says now; out of service if it says nothing. */
    Status status() {
        Status[] found = {Status.OUT_OF_SERVICE};
        health.check(request, observer(response -> found[0] = status(response.getStatus())));
        return found[0];
    }

    /** Keeps the registration up to date until this is closed. */
    void follow(Registration registration) {
        watching.run(() -> health.watch(request, observer(response -> apply(registration, response.getStatus()))));
    }

    private static void apply(Registration registration, ServingStatus reported) {
        Status status = status(reported);
        if (registration.instance().status() == status) {
            return;
        }
        try {
            var unused = registration.update(instance -> instance.withStatus(status));
        } catch (IllegalStateException e) {
            log.debug("{} is leaving, so it stays so", registration.instance(), e);
        }
    }

    private static Status status(ServingStatus status) {
        return status == ServingStatus.SERVING ? Status.UP : Status.OUT_OF_SERVICE;
    }

    private static StreamObserver<HealthCheckResponse> observer(Consumer<HealthCheckResponse> next) {
        return new StreamObserver<>() {
            @Override
            public void onNext(HealthCheckResponse response) {
                next.accept(response);
            }

            @Override
            public void onError(Throwable unknownService) {
                log.debug("the health service has no answer", unknownService);
            }

            @Override
            public void onCompleted() {}
        };
    }

    @Override
    public void close() {
        watching.cancel(null);
    }
}
