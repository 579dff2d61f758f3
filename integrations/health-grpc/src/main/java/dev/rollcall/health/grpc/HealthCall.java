package dev.rollcall.health.grpc;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One call of {@code grpc.health.v1.Health/Check}, over a connection of its own, so that a server which accepts no new ones
 * is found out.
 */
final class HealthCall {
    private static final int MAX_ANSWER_BYTES = 4 << 10;
    private static final Set<String> TLS_SCHEMES = Set.of("grpcs", "https");
    private static final Set<String> SCHEMES = Set.of("grpc", "grpcs");
    private static final MethodDescriptor<String, ServingStatus> CHECK =
            MethodDescriptor.<String, ServingStatus>newBuilder()
                    .setType(MethodType.UNARY)
                    .setFullMethodName("grpc.health.v1.Health/Check")
                    .setRequestMarshaller(HealthMessages.REQUEST)
                    .setResponseMarshaller(HealthMessages.RESPONSE)
                    .build();

    private HealthCall() {}

    /** What a server says about one of its services. */
    enum ServingStatus {
        UNKNOWN,
        SERVING,
        NOT_SERVING,
        SERVICE_UNKNOWN
    }

    /** Where an instance speaks gRPC: the first endpoint with a scheme that says so, or else the principal one. */
    static Endpoint endpoint(Instance instance) {
        return instance.endpoints().stream()
                .filter(endpoint -> SCHEMES.contains(endpoint.scheme()))
                .findFirst()
                .orElseGet(instance::endpoint);
    }

    /**
     * Asks once.
     *
     * @throws StatusRuntimeException if there was no answer, or another than a status
     */
    static ServingStatus ask(Endpoint target, String service, Duration timeout) throws InterruptedException {
        ManagedChannelBuilder<?> builder = ManagedChannelBuilder.forAddress(target.host(), target.port())
                .maxInboundMessageSize(MAX_ANSWER_BYTES)
                .maxInboundMetadataSize(MAX_ANSWER_BYTES)
                .disableRetry();
        ManagedChannel channel = (TLS_SCHEMES.contains(target.scheme())
                        ? builder.useTransportSecurity()
                        : builder.usePlaintext())
                .build();
        try {
            return ClientCalls.blockingUnaryCall(
                    channel,
                    CHECK,
                    CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS),
                    service);
        } catch (StatusRuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw e;
        } finally {
            channel.shutdownNow();
        }
    }

    /** Why there was no answer, in a line. */
    static String reason(StatusRuntimeException failure) {
        Throwable cause = failure.getCause();
        String description = failure.getStatus().getDescription();
        return failure.getStatus().getCode()
                + (description == null ? "" : ": " + description)
                + (cause == null || cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")");
    }
}
