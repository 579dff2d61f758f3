package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.etcd.proto.TxnResponse;
import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.Origin;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.PublicationListener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One entry under the client's lease. Calls may come from any thread; the state is the serial thread's.
 *
 * <p>Design note, on writes that were not answered. Such a put may still arrive, at any time: it may lie in a buffer on
 * the way, or in a member that has lost its leader. Three things follow.
 * <ul>
 *   <li>Removed for good: a put is a transaction that requires that this publication's <em>fence</em>, a key of its
 *       own, doesn't exist. A removal after an unanswered put creates the fence, in the same transaction that deletes
 *       the entry, under the lease that the put named. As long as that lease lives the fence stops the put; after that,
 *       the lease's absence does. Without unanswered puts no fence is ever written.
 *   <li>Old data over new: {@link OwnEntry} sees a write of ours that is newer than the last confirmed one, and has the
 *       latest put again.
 *   <li>Whose is it: the entry is ours if it hangs on any lease that we have put it under, so those are remembered, the
 *       last few.
 * </ul>
 *
 * <p>A removal is marked first: the entry says {@code draining}, in a write of its own, unless a farewell has said so already or
 * the layout has no word for it. etcd tells consumers of a deletion, but not whether the owner did it or a lease's end.
 *
 * <p>A put replaces whatever is there in one step. A dying predecessor's lease lets go of the key at that moment, so
 * its end doesn't take the entry along.
 */
final class EtcdPublication implements Publication {
    private static final int MAX_LEASES = 4;

    /** What publications need, the same for all of them. */
    record Store(
            Requests requests,
            SharedLease lease,
            StoreIdentity identity,
            Failures failures,
            BackendThread serial,
            Consumer<EtcdPublication> onRemoved) {}

    private final Store store;
    private final Layout layout;
    private final ByteString key;
    private final ByteString fence;
    private final OwnEntry entry;
    private final String shownKey;

    /** Under which the entry may be in the store, the newest first. */
    private final Deque<Long> leases = new ArrayDeque<>(2);

    /** The lease of a put of which we don't know whether it will yet be carried out; or {@link SharedLease#NONE}. */
    private long unansweredLease = SharedLease.NONE;

    /** What consumers may have last seen of us, unless it says itself that we leave. */
    private @Nullable Instance unmarked;

    EtcdPublication(
            Store store,
            Layout layout,
            ByteString key,
            ByteString fence,
            WatchStream watches,
            Connection connection,
            PublicationListener listener) {
        this.store = store;
        this.layout = layout;
        this.key = key;
        this.fence = fence;
        this.shownKey = Keys.shown(key);
        this.entry = new OwnEntry(this, key, watches, connection, store, listener);
    }

    /** Whether the entry, as somebody has found it, hangs on a lease of ours. */
    boolean isOurs(KeyValue found) {
        return leases.contains(found.getLease());
    }

    OwnEntry entry() {
        return entry;
    }

    @Override
    public CompletionStage<Void> put(Instance instance) {
        return run(stage -> put(Origin.unmarked(instance), stage));
    }

    @Override
    public CompletionStage<Void> farewell(Instance leaving) {
        return run(stage -> farewell(Origin.unmarked(leaving), stage));
    }

    @Override
    public CompletionStage<Void> remove() {
        entry.silence();
        return run(this::remove);
    }

    private CompletionStage<Void> run(Consumer<CompletableFuture<Void>> task) {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        if (!store.serial.offer(() -> task.accept(stage))) {
            stage.completeExceptionally(store.failures.exception(shownKey, Failures.CLOSED));
        }
        return stage;
    }

    private void put(Instance instance, CompletableFuture<Void> stage) {
        ByteString value = layout.write(instance);
        unmarked = instance.status() == Status.UP && layout.keepsStatus() ? instance : null;
        long deadlineNanos = store.requests.deadlineNanos();
        entry.putBegins();
        store.lease.hold(
                deadlineNanos,
                lease -> send(value, lease, deadlineNanos, stage),
                (status, sent) -> putFailed(status, SharedLease.NONE, stage));
    }

    private void send(ByteString value, long lease, long deadlineNanos, CompletableFuture<Void> stage) {
        boolean first = !leases.remove(lease);
        leases.addFirst(lease);
        if (leases.size() > MAX_LEASES) {
            leases.removeLast();
        }
        store.requests.send(
                KVGrpc.getTxnMethod(),
                Transactions.put(key, value, lease, fence),
                deadlineNanos,
                answer -> putAnswered(answer, lease, stage),
                (status, sent) -> {
                    boolean unanswered = sent && !Failures.isRefusal(status);
                    if (first && !unanswered) {
                        leases.remove(lease); // nothing is there under it, and a removal has nothing to ask for
                    }
                    putFailed(status, unanswered ? lease : SharedLease.NONE, stage);
                    if (Failures.isLeaseNotFound(status)) {
                        store.lease.notFound(lease);
                    }
                });
    }

    private void putAnswered(TxnResponse answer, long lease, CompletableFuture<Void> stage) {
        if (!answer.getSucceeded()) {
            stage.completeExceptionally(
                    new StoreException(Kind.CLOSED, shownKey + ": not put, because it has been removed for good"));
            entry.putFailed();
            return;
        }
        long revision = answer.getHeader().getRevision();
        store.identity.saw(key, revision, lease);
        if (store.lease.id() == lease) {
            stage.complete(null);
        } else {
            stage.completeExceptionally(new StoreException(
                    Kind.LEASE_LOST, shownKey + ": put, but its lease has ended meanwhile; it will be put again"));
        }
        entry.putConfirmed(revision, lease);
    }

    private void putFailed(io.grpc.Status status, long mayArriveUnderLease, CompletableFuture<Void> stage) {
        if (mayArriveUnderLease != SharedLease.NONE) {
            unansweredLease = mayArriveUnderLease;
        }
        stage.completeExceptionally(store.failures.exception("put of " + shownKey, status));
        entry.putFailed();
    }

    private void farewell(Instance leaving, CompletableFuture<Void> stage) {
        Long newest = leases.peekFirst();
        if (newest == null || unmarked == null) {
            stage.complete(null); // there is nothing, or nothing that says that we stay
            return;
        }
        entry.putBegins();
        store.requests.send(
                KVGrpc.getTxnMethod(),
                Transactions.mark(key, layout.write(leaving), newest, fence),
                store.requests.deadlineNanos(),
                answer -> {
                    stage.complete(null);
                    if (answer.getSucceeded()) {
                        unmarked = null;
                        entry.putConfirmed(answer.getHeader().getRevision(), newest);
                    } else {
                        entry.putFailed();
                    }
                },
                (status, sent) ->
                        putFailed(status, sent && !Failures.isRefusal(status) ? newest : SharedLease.NONE, stage));
    }

    private void remove(CompletableFuture<Void> stage) {
        entry.stopWatching();
        Long newest = leases.peekFirst();
        Instance last = unmarked;
        unmarked = null;
        if (newest == null) {
            removed(stage);
        } else if (last != null) {
            mark(last.withStatus(Status.DRAINING), newest, stage);
        } else {
            remove(newest, unansweredLease, stage);
        }
    }

    /**
     * A courtesy to consumers, whom etcd doesn't tell a removal from a lease's end: then the removal, however this
     * goes.
     */
    private void mark(Instance leaving, long lease, CompletableFuture<Void> stage) {
        store.requests.send(
                KVGrpc.getTxnMethod(),
                Transactions.mark(key, layout.write(leaving), lease, fence),
                store.requests.deadlineNanos(),
                answer -> remove(lease, unansweredLease, stage),
                (status, sent) -> {
                    if (sent && !Failures.isRefusal(status)) {
                        unansweredLease = lease;
                    }
                    if (sent && Failures.isRefusal(status)) {
                        remove(lease, unansweredLease, stage);
                    } else {
                        stage.completeExceptionally(store.failures.exception("removal of " + shownKey, status));
                    }
                });
    }

    /**
     * Removes the entry if it hangs on this lease, or else looks whether it hangs on another one of ours.
     *
     * @param fenceLease the lease for the fence, if there must be one
     */
    private void remove(long lease, long fenceLease, CompletableFuture<Void> stage) {
        store.requests.send(
                KVGrpc.getTxnMethod(),
                Transactions.remove(key, lease, fence, fenceLease),
                store.requests.deadlineNanos(),
                answer -> {
                    KeyValue found = answer.getSucceeded() ? null : Transactions.found(answer);
                    if (found != null && found.getLease() != lease && isOurs(found)) {
                        remove(found.getLease(), SharedLease.NONE, stage);
                    } else {
                        removed(stage);
                    }
                },
                (status, sent) -> {
                    if (fenceLease != SharedLease.NONE && Failures.isLeaseNotFound(status)) {
                        // then neither can the put be carried out any more
                        remove(lease, SharedLease.NONE, stage);
                    } else {
                        stage.completeExceptionally(store.failures.exception("removal of " + shownKey, status));
                    }
                });
    }

    private void removed(CompletableFuture<Void> stage) {
        store.onRemoved.accept(this);
        stage.complete(null);
    }
}
