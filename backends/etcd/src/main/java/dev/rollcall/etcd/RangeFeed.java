package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.StoreException;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.EventLoop;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All entries with a prefix, followed: listed at some revision, then watched from the next one on. On the serial
 * thread, but for {@link #close}.
 *
 * <p>After an interruption the watch goes on from the revision after the last that was delivered, so nothing is missed;
 * where the store has thrown that history away, or isn't the same store any more, the range is listed anew.
 *
 * <p>Design note, on knowing when one has caught up. The server doesn't tell when a watch that began in the past has
 * reached the present: its answer to a progress request means it only in versions 3.4.25, 3.5.8 and later. So we ask
 * for the range's present: the store's revision, the newest modification among the entries there are, and their number.
 * We have caught up when what we delivered reaches that revision, or reaches that modification and has that number of
 * entries. The second is exact, not a guess: every entry put later than what we delivered would be newer than that
 * modification, so only deletions can be missing, and each would change the number.
 */
abstract class RangeFeed implements Watcher, Backend.Watch {
    /** What feeds need, the same for all of them. */
    record Store(
            Connection connection,
            WatchStream watches,
            ReadGate gate,
            StoreIdentity identity,
            Failures failures,
            BackendThread serial,
            Duration timeout,
            Consumer<RangeFeed> onClose) {}

    private static final int FAILURES_BEFORE_LONGEST_PAUSE = 20;

    private final Store store;
    private final ByteString prefix;
    private final ByteString end;
    private final boolean keysOnly;

    private WatchStream.@Nullable Watching watching;
    private EventLoop.@Nullable Timer timer;
    private @Nullable Present present;
    /** The first revision that was not delivered, 0 as long as there was no list. */
    private long next;
    /** How many entries there are, decodable or not, as of what was delivered. */
    private long count;
    /** Changes with each connection, and with each list: answers to earlier questions are of no interest. */
    private int epoch;

    private int failed;
    private boolean interrupted;
    private volatile boolean closed;

    /** The range as the store had it at a revision. */
    private record Present(long revision, long newest, long count) {}

    RangeFeed(Store store, ByteString prefix, boolean keysOnly) {
        this(store, Keys.first(prefix), Keys.end(prefix), keysOnly);
    }

    /** A range that is no prefix's: from a first key on, up to the key after the last. */
    RangeFeed(Store store, ByteString prefix, ByteString end, boolean keysOnly) {
        this.store = store;
        this.prefix = prefix;
        this.end = end;
        this.keysOnly = keysOnly;
    }

    /** A new list begins: forget what was known. */
    abstract void listing();

    /** Entries of the list. */
    abstract void listed(List<KeyValue> entries);

    /** The list is complete. */
    abstract void listedAll(long revision);

    /** What has happened since; not empty. */
    abstract void changed(List<Event> events, long revision);

    /** The store can't be heard. */
    abstract void tellInterrupted(StoreException cause);

    /** All has been delivered that happened meanwhile. */
    abstract void tellResumed();

    /** Whether to find these entries again means to have found the same store again. */
    boolean identifiesStore() {
        return true;
    }

    @Override
    public final ByteString key() {
        return prefix;
    }

    @Override
    public final ByteString end() {
        return end;
    }

    @Override
    public final long startRevision() {
        return next;
    }

    @Override
    public final boolean isUrgent() {
        return true;
    }

    final boolean isClosed() {
        return closed;
    }

    /** The store can be asked. */
    final void up(boolean sameStore, long revision) {
        epoch++;
        failed = 0;
        if (next == 0 || !sameStore) {
            list();
            return;
        }
        watching = store.watches().watch(this);
        if (next > revision) {
            caughtUp();
        } else if (interrupted) {
            askForPresent();
        }
    }

    /** The store can't be asked; its watches are over. */
    final void down(StoreException cause) {
        epoch++;
        watching = null;
        stopTimer();
        interrupted(cause);
    }

    private void list() {
        int current = ++epoch;
        next = 0;
        present = null;
        stopTimer();
        store.gate().enter(() -> {
            Session session = store.connection().session();
            if (current != epoch || closed || session == null) {
                store.gate().leave();
                return;
            }
            listing();
            new PagedRange(session, prefix, end, keysOnly, store.timeout(), store.serial(), new ListReader(current))
                    .start();
        });
    }

    /** One list under way. */
    private final class ListReader implements PagedRange.Reader {
        private final int current;
        private long entries;

        ListReader(int current) {
            this.current = current;
        }

        private boolean isStale() {
            return current != epoch || closed;
        }

        @Override
        public void page(List<KeyValue> page) {
            if (!isStale()) {
                entries += page.size();
                page.stream().limit(1).forEach(RangeFeed.this::note);
                listed(page);
            }
        }

        @Override
        public void done(long revision) {
            store.gate().leave();
            if (!isStale()) {
                store.identity().saw(revision);
                next = revision + 1;
                count = entries;
                failed = 0;
                interrupted = false;
                listedAll(revision);
                if (!isStale()) {
                    watching = store.watches().watch(RangeFeed.this);
                }
            }
        }

        @Override
        public void failed(Status status) {
            store.gate().leave();
            if (!isStale()) {
                again(Failures.isCompacted(status) ? null : status);
            }
        }
    }

    /** Lists again after a pause; the connection's own trouble is told by itself. */
    private void again(@Nullable Status status) {
        if (status != null) {
            interrupted(store.failures().exception("list of " + Keys.shown(prefix), status));
        }
        listLater();
    }

    private void listLater() {
        failed++;
        stopTimer();
        timer = store.serial().retry(failed, Duration.ofDays(1), this::list);
    }

    /** What there is can't be carried: says so, and lists again after the longest pause. */
    final void giveUp(StoreException cause) {
        epoch++;
        next = 0;
        if (watching != null) {
            watching.cancel();
            watching = null;
        }
        interrupted(cause);
        failed = FAILURES_BEFORE_LONGEST_PAUSE;
        listLater();
    }

    private void askForPresent() {
        int current = epoch;
        store.gate().enter(() -> {
            Session session = store.connection().session();
            if (current != epoch || closed || session == null) {
                store.gate().leave();
                return;
            }
            RangeRequest request = RangeRequest.newBuilder()
                    .setKey(prefix)
                    .setRangeEnd(end())
                    .setLimit(1)
                    .setKeysOnly(true)
                    .setSortOrder(RangeRequest.SortOrder.DESCEND)
                    .setSortTarget(RangeRequest.SortTarget.MOD)
                    .build();
            session.unary(
                    KVGrpc.getRangeMethod(),
                    request,
                    store.serial().nanoTime() + store.timeout().toNanos(),
                    answer -> {
                        store.gate().leave();
                        if (current == epoch && !closed) {
                            long newest = answer.getKvsCount() == 0
                                    ? 0
                                    : answer.getKvs(0).getModRevision();
                            present = new Present(answer.getHeader().getRevision(), newest, answer.getCount());
                            compareWithPresent();
                        }
                    },
                    status -> {
                        store.gate().leave();
                        if (current == epoch && !closed) {
                            interrupted(store.failures().exception("list of " + Keys.shown(prefix), status));
                            failed++;
                            stopTimer();
                            timer = store.serial().retry(failed, Duration.ofDays(1), this::askForPresent);
                        }
                    });
        });
    }

    private void compareWithPresent() {
        Present then = present;
        if (then == null) {
            return;
        }
        long delivered = next - 1;
        if (delivered == then.revision && count != then.count) {
            // can't happen as long as the server keeps its promises, and would never heal by itself
            relist();
        } else if (delivered >= then.revision || (delivered >= then.newest && count == then.count)) {
            caughtUp();
        }
    }

    private void caughtUp() {
        present = null;
        if (interrupted) {
            interrupted = false;
            tellResumed();
        }
    }

    private void relist() {
        if (watching != null) {
            watching.cancel();
            watching = null;
        }
        list();
    }

    private void interrupted(StoreException cause) {
        if (!closed) {
            interrupted = true;
            present = null;
            tellInterrupted(cause);
        }
    }

    @Override
    public final void delivered(List<Event> events, long revision) {
        if (closed || revision < next) {
            return;
        }
        for (Event event : events) {
            if (event.getType() == Event.EventType.DELETE) {
                count--;
            } else if (event.getKv().getVersion() == 1) {
                count++;
            }
        }
        next = revision + 1;
        if (events.isEmpty()) {
            store.identity().saw(revision);
        } else {
            note(events.get(events.size() - 1));
            changed(events, revision);
        }
        compareWithPresent();
    }

    private void note(Event event) {
        if (event.getType() == Event.EventType.PUT) {
            note(event.getKv());
        } else {
            store.identity().saw(event.getKv().getModRevision());
        }
    }

    private void note(KeyValue entry) {
        if (identifiesStore()) {
            store.identity().saw(entry);
        } else {
            store.identity().saw(entry.getModRevision());
        }
    }

    @Override
    public final void compacted() {
        watching = null;
        if (!closed) {
            list();
        }
    }

    @Override
    public final void refused(StoreException cause) {
        watching = null;
        if (!closed) {
            epoch++;
            interrupted(cause);
            listLater();
        }
    }

    @Override
    public final void close() {
        closed = true;
        store.serial().execute(() -> {
            epoch++;
            stopTimer();
            if (watching != null) {
                watching.cancel();
                watching = null;
            }
            store.onClose().accept(this);
        });
    }

    private void stopTimer() {
        if (timer != null) {
            timer.close();
            timer = null;
        }
    }
}
