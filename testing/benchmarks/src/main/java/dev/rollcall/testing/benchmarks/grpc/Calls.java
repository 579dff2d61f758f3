package dev.rollcall.testing.benchmarks.grpc;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** As many unary calls as a channel takes, with a fixed number under way. */
final class Calls {
    private static final int IN_FLIGHT = 64;
    private static final byte[] REQUEST = new byte[100];

    private final ManagedChannel channel;
    private final AtomicLong failed = new AtomicLong();

    Calls(ManagedChannel channel) {
        this.channel = channel;
    }

    /** Calls for a time, and waits for the last answers. */
    double perSecond(long nanos) throws InterruptedException {
        Semaphore free = new Semaphore(IN_FLIGHT);
        long start = System.nanoTime();
        long made = 0;
        while (System.nanoTime() - start < nanos) {
            free.acquire();
            made++;
            ClientCalls.asyncUnaryCall(channel.newCall(Echo.CALL, CallOptions.DEFAULT), REQUEST, released(free));
        }
        free.acquire(IN_FLIGHT);
        return made * 1e9 / (System.nanoTime() - start);
    }

    private StreamObserver<byte[]> released(Semaphore free) {
        return new StreamObserver<>() {
            @Override
            public void onNext(byte[] answer) {}

            @Override
            public void onError(Throwable failure) {
                failed.incrementAndGet();
                free.release();
            }

            @Override
            public void onCompleted() {
                free.release();
            }
        };
    }

    long failed() {
        return failed.get();
    }
}
