package dev.rollcall.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A gRPC service without generated code: answers with the name of the server. */
final class Hello {
    static final Metadata.Key<String> USER = Metadata.Key.of("x-user", Metadata.ASCII_STRING_MARSHALLER);

    static final MethodDescriptor<String, String> CALL = MethodDescriptor.<String, String>newBuilder()
            .setType(MethodType.UNARY)
            .setFullMethodName("hello.Hello/Call")
            .setRequestMarshaller(new Text())
            .setResponseMarshaller(new Text())
            .build();

    static final MethodDescriptor<String, String> STREAM = CALL.toBuilder()
            .setType(MethodType.BIDI_STREAMING)
            .setFullMethodName("hello.Hello/Stream")
            .build();

    private static final long DEADLINE_SECONDS = 20;

    private Hello() {}

    /** A server on a port of loopback's that answers with what the supplier gives, or with the status that it throws. */
    static Server server(Supplier<String> answer) {
        try {
            return ServerBuilder.forPort(0).addService(service(answer)).build().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ServerServiceDefinition service(Supplier<String> answer) {
        return ServerServiceDefinition.builder("hello.Hello")
                .addMethod(CALL, ServerCalls.asyncUnaryCall((request, response) -> {
                    try {
                        response.onNext(answer.get());
                        response.onCompleted();
                    } catch (RuntimeException e) {
                        response.onError(e);
                    }
                }))
                .addMethod(STREAM, ServerCalls.asyncBidiStreamingCall(response -> echo(answer.get(), response)))
                .build();
    }

    private static StreamObserver<String> echo(String answer, StreamObserver<String> response) {
        return new StreamObserver<>() {
            @Override
            public void onNext(String request) {
                response.onNext(answer);
            }

            @Override
            public void onError(Throwable cancelled) {}

            @Override
            public void onCompleted() {
                response.onCompleted();
            }
        };
    }

    /** Who answers. */
    static String call(Channel channel) {
        return call(channel, CallOptions.DEFAULT);
    }

    static String call(Channel channel, CallOptions options) {
        return ClientCalls.blockingUnaryCall(
                channel, CALL, options.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS), "hello");
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String text) {
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream bytes) {
            try {
                return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw Status.INTERNAL.withCause(e).asRuntimeException();
            }
        }
    }
}
