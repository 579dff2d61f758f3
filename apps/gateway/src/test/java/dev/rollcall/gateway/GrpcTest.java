package dev.rollcall.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.Instance;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** grpc-java on both sides, HTTP/2 in clear text all the way. */
class GrpcTest extends GatewayFixture {
    private static final MethodDescriptor<String, String> UNARY = method("Unary", MethodDescriptor.MethodType.UNARY);
    private static final MethodDescriptor<String, String> CHAT =
            method("Chat", MethodDescriptor.MethodType.BIDI_STREAMING);

    private ManagedChannel channel;

    private static MethodDescriptor<String, String> method(String name, MethodDescriptor.MethodType type) {
        MethodDescriptor.Marshaller<String> text = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(String value) {
                return new ByteArrayInputStream(value.getBytes(UTF_8));
            }

            @Override
            public String parse(InputStream stream) {
                try {
                    return new String(stream.readAllBytes(), UTF_8);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        return MethodDescriptor.<String, String>newBuilder(text, text)
                .setType(type)
                .setFullMethodName("echo.Echo/" + name)
                .build();
    }

    @BeforeEach
    void startGateway() throws Exception {
        rollcall.config()
                .write("gateway/rules", "rules: [{path: /echo.Echo, service: echo}]")
                .get();
        Gateway gateway = gateway();
        channel = ManagedChannelBuilder.forAddress(
                        "127.0.0.1", gateway.address().getPort())
                .usePlaintext()
                .build();
        opened((AutoCloseable) channel::shutdownNow);
    }

    private void startServer() throws Exception {
        Server server = ServerBuilder.forPort(0)
                .addService(ServerServiceDefinition.builder("echo.Echo")
                        .addMethod(UNARY, ServerCalls.asyncUnaryCall(GrpcTest::answer))
                        .addMethod(CHAT, ServerCalls.asyncBidiStreamingCall(GrpcTest::chat))
                        .build())
                .build()
                .start();
        opened((AutoCloseable) server::shutdownNow);
        rollcall.register(Instance.of("echo", "grpc://127.0.0.1:" + server.getPort()))
                .awaitRegistered(LIMIT);
    }

    private static void answer(String request, StreamObserver<String> responses) {
        if (request.equals("missing")) {
            responses.onError(Status.NOT_FOUND.withDescription("no such thing").asRuntimeException());
            return;
        }
        responses.onNext("echo " + request);
        responses.onCompleted();
    }

    private static StreamObserver<String> chat(StreamObserver<String> responses) {
        return new StreamObserver<>() {
            @Override
            public void onNext(String value) {
                responses.onNext("echo " + value);
            }

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {
                responses.onCompleted();
            }
        };
    }

    private String call(String request) {
        return ClientCalls.blockingUnaryCall(
                channel, UNARY, CallOptions.DEFAULT.withDeadlineAfter(LIMIT.toSeconds(), TimeUnit.SECONDS), request);
    }

    @Test
    void callsAndTheirStatusPassThrough() throws Exception {
        startServer();

        assertThat(call("one")).isEqualTo("echo one");
        assertThatThrownBy(() -> call("missing")).isInstanceOfSatisfying(StatusRuntimeException.class, failure -> {
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(failure.getStatus().getDescription()).isEqualTo("no such thing");
        });
    }

    @Test
    void streamsPassMessageByMessage() throws Exception {
        startServer();
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        StreamObserver<String> requests =
                ClientCalls.asyncBidiStreamingCall(channel.newCall(CHAT, CallOptions.DEFAULT), new StreamObserver<>() {
                    @Override
                    public void onNext(String value) {
                        received.add(value);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        received.add(failure.toString());
                    }

                    @Override
                    public void onCompleted() {
                        received.add("completed");
                    }
                });

        for (int i = 0; i < 3; i++) {
            requests.onNext("message " + i);
            assertThat(received.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("echo message " + i);
        }
        requests.onCompleted();
        assertThat(received.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("completed");
    }

    @Test
    void nobodyThereIsUnavailable() {
        assertThatThrownBy(() -> call("one")).isInstanceOfSatisfying(StatusRuntimeException.class, failure -> {
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(failure.getStatus().getDescription()).contains("echo");
        });
    }
}
