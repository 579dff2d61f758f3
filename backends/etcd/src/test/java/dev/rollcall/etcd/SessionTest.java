package dev.rollcall.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.Backoff;
import dev.rollcall.spi.EventLoop;
import dev.rollcall.spi.StoreUri;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionTest {
    private final EventLoop loop = EventLoop.onThread("session-loop");
    private final BackendThread serial = new BackendThread(
            new BackendContext(
                    "session", loop, new Random(1), Backoff.defaults(), Duration.ofSeconds(10), Duration.ofSeconds(1)),
            "etcd");
    private final ToldChannel channel = new ToldChannel();
    private final Session session = new Session(
            new EtcdSettings.HostPort("h", 1), channel, EtcdSettings.of(StoreUri.parse("etcd://h:1")), serial);
    private final AtomicInteger gone = new AtomicInteger();

    @AfterEach
    void close() {
        serial.close();
        loop.close();
    }

    @Test
    void anAnswerThatOvertakesTheChannelsReadinessIsNoLossOfTheConnection() {
        session.onGone(gone::incrementAndGet);
        channel.becomes(ConnectivityState.READY);
        assertThat(goneSoFar()).isZero();

        channel.becomes(ConnectivityState.IDLE);
        assertThat(goneSoFar()).isOne();
    }

    @Test
    void aConnectionThatEndedBeforeAnybodyAskedIsGone() {
        channel.becomes(ConnectivityState.IDLE);
        session.onGone(gone::incrementAndGet);
        assertThat(goneSoFar()).isOne();
    }

    private int goneSoFar() {
        CompletableFuture<Integer> told = new CompletableFuture<>();
        serial.execute(() -> told.complete(gone.get()));
        return told.join();
    }

    /** A channel whose state is what the test says, beginning with connecting. */
    private static final class ToldChannel extends ManagedChannel {
        private ConnectivityState state = ConnectivityState.CONNECTING;
        private @Nullable Runnable waiting;

        void becomes(ConnectivityState now) {
            state = now;
            Runnable told = waiting;
            waiting = null;
            if (told != null) {
                told.run();
            }
        }

        @Override
        public ConnectivityState getState(boolean requestConnection) {
            return state;
        }

        @Override
        public void notifyWhenStateChanged(ConnectivityState source, Runnable callback) {
            assertThat(source).isEqualTo(state);
            waiting = callback;
        }

        @Override
        public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
            throw new UnsupportedOperationException("nothing is called");
        }

        @Override
        public String authority() {
            return "h:1";
        }

        @Override
        public ManagedChannel shutdown() {
            return this;
        }

        @Override
        public ManagedChannel shutdownNow() {
            return this;
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
