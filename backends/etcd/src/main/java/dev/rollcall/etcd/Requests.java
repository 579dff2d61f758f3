package dev.rollcall.etcd;

import dev.rollcall.StoreException;
import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.EventLoop;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is to be written, in order: at most {@value #WINDOW} requests under way, the others waiting for their turn and
 * for a connection, each until its deadline, or until the cluster refuses who we are: waiting doesn't change that. As long as the queue holds no more than one request of each publication,
 * it is bounded by them. On the serial thread.
 *
 * <p>Without the window a burst of ten thousand registrations would lie in the server's queue together and time out
 * there together.
 */
final class Requests implements Connection.Listener {
    private static final int WINDOW = 256;

    /** With so little under way, the server has time for other things. */
    private static final int CALM = 8;

    /** Told when a request has failed. */
    @FunctionalInterface
    interface OnFailure {
        /**
         * The request has failed.
         *
         * @param sent whether the server may have seen it
         */
        void failed(Status status, boolean sent);
    }

    private final Connection connection;
    private final BackendThread serial;
    private final Duration timeout;
    private final Deque<Request<?, ?>> waiting = new ArrayDeque<>();
    private final Set<Request<?, ?>> underWay = new LinkedHashSet<>();
    private Runnable onCalm = () -> {};
    private EventLoop.@Nullable Timer expiry;
    private boolean closed;

    private static final class Request<Q, R> {
        final MethodDescriptor<Q, R> method;
        final Q message;
        final long deadlineNanos;
        final Consumer<R> answered;
        final OnFailure failed;

        Request(MethodDescriptor<Q, R> method, Q message, long deadlineNanos, Consumer<R> answered, OnFailure failed) {
            this.method = method;
            this.message = message;
            this.deadlineNanos = deadlineNanos;
            this.answered = answered;
            this.failed = failed;
        }
    }

    Requests(Connection connection, BackendThread serial, Duration timeout) {
        this.connection = connection;
        this.serial = serial;
        this.timeout = timeout;
    }

    /** When a request that begins now has to be answered. */
    long deadlineNanos() {
        return serial.nanoTime() + timeout.toNanos();
    }

    /** Whether there is next to nothing to write at present. */
    boolean isCalm() {
        return waiting.isEmpty() && underWay.size() < CALM;
    }

    /** Runs something whenever {@link #isCalm} becomes true. */
    void onCalm(Runnable action) {
        onCalm = action;
    }

    /** Sends a request in its turn. */
    <Q, R> void send(
            MethodDescriptor<Q, R> method, Q message, long deadlineNanos, Consumer<R> answered, OnFailure failed) {
        send(new Request<>(method, message, deadlineNanos, answered, failed), false);
    }

    /** Sends a request before all that wait: one that they wait for. */
    <Q, R> void sendFirst(
            MethodDescriptor<Q, R> method, Q message, long deadlineNanos, Consumer<R> answered, OnFailure failed) {
        send(new Request<>(method, message, deadlineNanos, answered, failed), true);
    }

    private void send(Request<?, ?> request, boolean first) {
        if (closed) {
            request.failed.failed(Failures.CLOSED, false);
            return;
        }
        if (connection.isRefused()) {
            request.failed.failed(connection.trouble(), false);
            return;
        }
        if (first) {
            waiting.addFirst(request);
        } else {
            waiting.addLast(request);
        }
        drain();
    }

    private void drain() {
        Session session = connection.session();
        while (session != null && underWay.size() < WINDOW && !waiting.isEmpty()) {
            start(session, waiting.removeFirst());
        }
        if (!waiting.isEmpty() && expiry == null) {
            expireLater();
        }
    }

    private <Q, R> void start(Session session, Request<Q, R> request) {
        underWay.add(request);
        session.unary(
                request.method,
                request.message,
                request.deadlineNanos,
                answer -> {
                    if (underWay.remove(request)) {
                        request.answered.accept(answer);
                        settled();
                    }
                },
                status -> {
                    if (underWay.remove(request)) {
                        if (!Failures.isAnswer(status)) {
                            connection.suspect(session);
                        }
                        request.failed.failed(status, true);
                        settled();
                    }
                });
    }

    private void settled() {
        drain();
        if (isCalm()) {
            onCalm.run();
        }
    }

    /**
     * The first to wait is the first to expire, as all have the same time; one that was let before them has no less.
     */
    private void expireLater() {
        Request<?, ?> first = waiting.getFirst();
        long left = Math.max(0, first.deadlineNanos - serial.nanoTime());
        expiry = serial.schedule(Duration.ofNanos(left + 1), () -> {
            expiry = null;
            expire();
            drain();
        });
    }

    private void expire() {
        long now = serial.nanoTime();
        List<Request<?, ?>> late = new ArrayList<>();
        waiting.removeIf(request -> request.deadlineNanos <= now && late.add(request));
        Status status = connection.session() == null
                ? connection.trouble()
                : Status.DEADLINE_EXCEEDED.withDescription("waited in vain for its turn");
        late.forEach(request -> request.failed.failed(status, false));
    }

    @Override
    public void up(Session session, boolean sameStore, long revision) {
        drain();
    }

    @Override
    public void down(StoreException cause) {
        // what is under way is failed by the session, what waits may see the next one, unless nobody lets us in
        if (connection.isRefused()) {
            List<Request<?, ?>> refused = new ArrayList<>(waiting);
            waiting.clear();
            refused.forEach(request -> request.failed.failed(connection.trouble(), false));
        }
    }

    /** Fails everything, now and from now on. */
    void close() {
        closed = true;
        if (expiry != null) {
            expiry.close();
        }
        List<Request<?, ?>> sent = new ArrayList<>(underWay);
        List<Request<?, ?>> unsent = new ArrayList<>(waiting);
        underWay.clear();
        waiting.clear();
        sent.forEach(request -> request.failed.failed(Failures.CLOSED, true));
        unsent.forEach(request -> request.failed.failed(Failures.CLOSED, false));
    }
}
