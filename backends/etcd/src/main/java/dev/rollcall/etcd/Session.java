package dev.rollcall.etcd;

import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.AuthenticateRequest;
import dev.rollcall.etcd.proto.AuthenticateResponse;
import dev.rollcall.spi.BackendThread;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one member, from the first packet to the last. It is never mended: whatever breaks it, {@link
 * Connection} makes another one, so that nobody goes on talking, unawares, to a store that was replaced in between. On
 * the serial thread, but for {@link #close}.
 */
final class Session {
    /**
     * etcd ends streams and refuses requests with this on a member that has lost the others, rather than going silent.
     */
    private static final Metadata.Key<String> REQUIRE_LEADER =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    private final EtcdSettings.HostPort endpoint;
    private final ManagedChannel channel;
    private final BackendThread serial;
    private final Login login;
    private long heardNanos;

    Session(EtcdSettings.HostPort endpoint, ManagedChannel channel, EtcdSettings settings, BackendThread serial) {
        this.endpoint = endpoint;
        this.channel = channel;
        this.serial = serial;
        this.login = new Login(this, settings.credentials());
        this.heardNanos = serial.nanoTime();
    }

    EtcdSettings.HostPort endpoint() {
        return endpoint;
    }

    Login login() {
        return login;
    }

    /** When this member last answered anything. */
    long heardNanos() {
        return heardNanos;
    }

    /** To be called with every message that comes in on a stream. */
    void heard() {
        heardNanos = serial.nanoTime();
    }

    /**
     * Calls back once, at the latest soon, when the connection is gone. To be called when something was answered over it.
     *
     * <p>gRPC lets waiting requests go before it says that it is ready, so on a busy machine an answer may come first: then
     * connecting isn't connecting again.
     */
    void onGone(Runnable gone) {
        ConnectivityState state = channel.getState(false);
        switch (state) {
            case READY -> channel.notifyWhenStateChanged(state, () -> serial.execute(gone));
            case CONNECTING -> channel.notifyWhenStateChanged(state, () -> onGone(gone));
            default -> serial.execute(gone);
        }
    }

    /**
     * Sends one request. When the login has gone stale, logs on again and sends it once more, all within the deadline.
     *
     * @param deadlineNanos when to give up, as {@link BackendThread#nanoTime} counts
     */
    <Q, R> void unary(
            MethodDescriptor<Q, R> method,
            Q request,
            long deadlineNanos,
            Consumer<R> answered,
            Consumer<Status> failed) {
        String token = login.token();
        send(method, request, headers(token), deadlineNanos, answered, status -> {
            if (!Failures.isStaleLogin(status) || !login.isNeeded()) {
                failed.accept(status);
                return;
            }
            Runnable again = () -> send(method, request, headers(login.token()), deadlineNanos, answered, failed);
            login.refresh(token, deadlineNanos, again, failed);
        });
    }

    /** Exchanges the password for a token. */
    void authenticate(
            AuthenticateRequest request,
            long deadlineNanos,
            Consumer<AuthenticateResponse> answered,
            Consumer<Status> failed) {
        // without the token that has gone stale: etcd 3.4 would refuse the login on its account
        send(AuthGrpc.getAuthenticateMethod(), request, headers(null), deadlineNanos, answered, failed);
    }

    private <Q, R> void send(
            MethodDescriptor<Q, R> method,
            Q request,
            Metadata headers,
            long deadlineNanos,
            Consumer<R> answered,
            Consumer<Status> failed) {
        long left = Math.max(1, deadlineNanos - serial.nanoTime());
        ClientCall<Q, R> call =
                channel.newCall(method, CallOptions.DEFAULT.withDeadlineAfter(left, TimeUnit.NANOSECONDS));
        call.start(
                new ClientCall.Listener<>() {
                    private @Nullable R answer;

                    @Override
                    public void onMessage(R message) {
                        answer = message;
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        R message = answer;
                        if (status.isOk() && message != null) {
                            heard();
                            answered.accept(message);
                        } else {
                            failed.accept(status.isOk() ? Status.INTERNAL.withDescription("no answer") : status);
                        }
                    }
                },
                headers);
        call.request(2);
        call.sendMessage(request);
        call.halfClose();
    }

    /** Begins a stream; its end is told to the listener. */
    <Q, R> ClientCall<Q, R> stream(MethodDescriptor<Q, R> method, ClientCall.Listener<R> listener) {
        ClientCall<Q, R> call = channel.newCall(method, CallOptions.DEFAULT);
        call.start(listener, headers(login.token()));
        return call;
    }

    private static Metadata headers(@Nullable String token) {
        Metadata headers = new Metadata();
        headers.put(REQUIRE_LEADER, "true");
        if (token != null) {
            headers.put(TOKEN, token);
        }
        return headers;
    }

    /** Ends everything that is under way on this connection. */
    void close() {
        channel.shutdownNow();
    }

    /** Waits for the sockets to be closed, after {@link #close}. */
    void awaitClosed(long atMostNanos) throws InterruptedException {
        channel.awaitTermination(atMostNanos, TimeUnit.NANOSECONDS);
    }
}
