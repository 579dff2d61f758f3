package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.RangeResponse;
import dev.rollcall.etcd.proto.TxnResponse;
import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.Claim;
import dev.rollcall.spi.ClaimListener;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One place in a line: a key under the client's lease, named by it, as etcd's own recipe does it (the Go client's {@code concurrency} package), so that
 * {@code etcdctl elect} and {@code etcdctl lock} stand in the same line. The line is ordered by the revisions at which the keys were created; that
 * revision is the token. Each claim watches its own key and the one before it, so that a release wakes one.
 *
 * <p>A claim that was not answered may still arrive. As {@link EtcdPublication} does, a release after that leaves a fence, which the claim requires not to exist.
 *
 * <p>On the serial thread, but for {@link #release} and {@link #confirmedUntilNanos}.
 */
final class EtcdClaim implements Claim {

    /** What claims need, the same for all of them. */
    record Tools(
            Requests requests,
            SharedLease lease,
            WatchStream watches,
            Connection connection,
            StoreIdentity identity,
            Failures failures,
            BackendThread serial,
            Consumer<EtcdClaim> onEnd) {}

    private final Tools tools;
    private final ByteString line;
    private final ByteString fence;
    private final String data;
    private final ClaimListener listener;
    private final List<WatchStream.Watching> watchings = new ArrayList<>();

    private ByteString key = ByteString.EMPTY;
    private EventLoop.@Nullable Timer retry;
    private @Nullable Runnable onceAnswered;
    private long created;
    private int epoch;
    private int failed;
    private boolean asking;
    private boolean mayArrive;
    private boolean ended;
    private volatile long lease = SharedLease.NONE;

    /**
     * A claim that {@link #begin} makes.
     *
     * @param line what the keys of its line begin with
     * @param fence a key of its own, which is there only if the claim must not be carried out any more
     */
    EtcdClaim(Tools tools, ByteString line, ByteString fence, String data, ClaimListener listener) {
        this.tools = tools;
        this.line = line;
        this.fence = fence;
        this.data = data;
        this.listener = listener;
    }

    void begin() {
        asking = true;
        long deadlineNanos = tools.requests.deadlineNanos();
        tools.lease.hold(deadlineNanos, granted -> claim(granted, deadlineNanos), (status, sent) -> {
            answered();
            lose(tools.failures.exception("claim of " + Keys.shown(line), status));
        });
    }

    private void claim(long granted, long deadlineNanos) {
        if (ended) {
            answered();
            return;
        }
        lease = granted;
        key = line.concat(ByteString.copyFromUtf8(Long.toHexString(granted)));
        tools.requests.send(
                KVGrpc.getTxnMethod(),
                Transactions.claim(key, ByteString.copyFromUtf8(data), granted, fence),
                deadlineNanos,
                this::claimed,
                (status, sent) -> {
                    mayArrive = sent && !Failures.isRefusal(status);
                    answered();
                    if (Failures.isLeaseNotFound(status)) {
                        tools.lease.notFound(granted);
                    }
                    lose(tools.failures.exception("claim of " + Keys.shown(key), status));
                });
    }

    private void claimed(TxnResponse answer) {
        long revision = answer.getHeader().getRevision();
        answered();
        if (ended) {
            return;
        }
        if (!answer.getSucceeded()) {
            lose(new StoreException(
                    Kind.REJECTED, Keys.shown(key) + ": is there already, under our own lease; it is deleted"));
            return;
        }
        created = revision;
        tools.identity.saw(key, revision, lease);
        look();
    }

    private void answered() {
        asking = false;
        Runnable next = onceAnswered;
        onceAnswered = null;
        if (next != null) {
            next.run();
        }
    }

    /** Asks where the claim stands now. */
    private void look() {
        if (ended || created == 0 || tools.connection.session() == null) {
            return;
        }
        int current = stopLooking();
        tools.requests.send(
                KVGrpc.getTxnMethod(),
                Transactions.standing(key, line, created),
                tools.requests.deadlineNanos(),
                answer -> {
                    if (current == epoch && !ended) {
                        failed = 0;
                        judge(answer);
                    }
                },
                (status, sent) -> {
                    if (current == epoch && !ended) {
                        retryLater(tools.failures.exception("looking at " + Keys.shown(line), status));
                    }
                });
    }

    private void retryLater(StoreException cause) {
        listener.interrupted(cause);
        retry = tools.serial.retry(++failed, Duration.ofDays(1), this::look);
    }

    private void judge(TxnResponse answer) {
        RangeResponse own = answer.getResponses(0).getResponseRange();
        RangeResponse before = answer.getResponses(1).getResponseRange();
        if (own.getKvsCount() == 0 || own.getKvs(0).getCreateRevision() != created) {
            // if it went with its lease, all else has gone as well: find out now
            tools.lease.check();
            lose(new StoreException(
                    Kind.DELETED, Keys.shown(key) + ": the claim was deleted by somebody, or with its lease"));
            return;
        }
        long next = answer.getHeader().getRevision() + 1;
        watch(key, next);
        if (before.getKvsCount() == 0) {
            listener.held(created);
        } else {
            watch(before.getKvs(0).getKey(), next);
            listener.waiting();
        }
    }

    private void watch(ByteString watched, long next) {
        if (tools.connection.session() != null) {
            watchings.add(tools.watches.watch(new Deletion(watched, next, epoch)));
        }
    }

    /** Ends the watches and makes answers to earlier questions stale. */
    private int stopLooking() {
        if (retry != null) {
            retry.close();
            retry = null;
        }
        watchings.forEach(WatchStream.Watching::cancel);
        watchings.clear();
        return ++epoch;
    }

    private void lose(StoreException cause) {
        if (!ended) {
            end();
            listener.lost(cause);
        }
    }

    private void end() {
        ended = true;
        stopLooking();
        tools.onEnd.accept(this);
    }

    /** The client goes: its lease takes the claim along. */
    void abandon() {
        if (!ended) {
            end();
        }
    }

    void leaseLost(long which, StoreException cause) {
        if (which == lease) {
            lose(cause);
        }
    }

    void up(boolean sameStore) {
        if (sameStore || created == 0) {
            look();
        } else {
            lose(new StoreException(
                    Kind.LEASE_LOST, Keys.shown(key) + ": the store was replaced by another one, or may have been"));
        }
    }

    void down(StoreException cause) {
        watchings.clear(); // they are over
        stopLooking();
        listener.interrupted(cause);
    }

    @Override
    public long confirmedUntilNanos() {
        return tools.lease.confirmedUntilNanos(lease);
    }

    @Override
    public CompletionStage<Void> release() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        if (!tools.serial.offer(() -> release(stage))) {
            stage.completeExceptionally(tools.failures.exception("release of " + Keys.shown(line), Failures.CLOSED));
        }
        return stage;
    }

    private void release(CompletableFuture<Void> stage) {
        abandon();
        if (asking) {
            // only then is it known whether there is anything to delete, and whether it takes a fence
            onceAnswered = () -> release(stage);
        } else if (lease == SharedLease.NONE) {
            stage.complete(null);
        } else {
            remove(mayArrive ? lease : SharedLease.NONE, stage);
        }
    }

    private void remove(long fenceLease, CompletableFuture<Void> stage) {
        tools.requests.send(
                KVGrpc.getTxnMethod(),
                Transactions.remove(key, lease, fence, fenceLease),
                tools.requests.deadlineNanos(),
                answer -> stage.complete(null),
                (status, sent) -> {
                    if (fenceLease != SharedLease.NONE && Failures.isLeaseNotFound(status)) {
                        // then neither can the claim be carried out any more
                        mayArrive = false;
                        remove(SharedLease.NONE, stage);
                    } else {
                        stage.completeExceptionally(tools.failures.exception("release of " + Keys.shown(key), status));
                    }
                });
    }

    /** Has the claim look again when a key is deleted. */
    private final class Deletion implements Watcher {
        private final ByteString watched;
        private final int when;
        private long next;

        Deletion(ByteString watched, long next, int when) {
            this.watched = watched;
            this.next = next;
            this.when = when;
        }

        @Override
        public ByteString key() {
            return watched;
        }

        @Override
        public ByteString end() {
            return ByteString.EMPTY;
        }

        @Override
        public long startRevision() {
            return next;
        }

        @Override
        public boolean isUrgent() {
            return true;
        }

        @Override
        public void delivered(List<Event> events, long revision) {
            next = revision + 1;
            if (when == epoch && events.stream().anyMatch(event -> event.getType() == Event.EventType.DELETE)) {
                look();
            }
        }

        @Override
        public void compacted() {
            if (when == epoch) {
                look();
            }
        }

        @Override
        public void refused(StoreException cause) {
            if (when == epoch) {
                stopLooking();
                retryLater(cause);
            }
        }
    }
}
