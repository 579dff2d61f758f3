package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.KeyValue;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.spi.EventLoop;
import dev.rollcall.spi.PublicationListener;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of an entry once it is in the store: whether somebody deletes it, takes it over, or it goes with its
 * lease. On the serial thread, but for {@link #silence}.
 *
 * <p>Each entry's own key is watched, not the service's prefix: of n copies of a service each would be told of all n.
 * The watch begins with the first confirmed put and lasts until the removal. What is seen while a put is under way is
 * judged when that is answered, by comparing revisions: what is older than the put doesn't matter any more.
 */
final class OwnEntry implements Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(OwnEntry.class);

    private final EtcdPublication publication;
    private final ByteString key;
    private final WatchStream watches;
    private final Connection connection;
    private final EtcdPublication.Store store;
    private final PublicationListener listener;

    private WatchStream.@Nullable Watching watching;
    private EventLoop.@Nullable Timer timer;
    private @Nullable Event unjudged;
    /** The revision of the last confirmed put; 0 before there was one. */
    private long confirmed;

    private long lease = SharedLease.NONE;
    /** The first revision of the key that was not seen; 0 as long as it isn't watched. */
    private long next;

    private int failed;
    private boolean putUnderWay;
    private boolean displaced;
    private volatile boolean silent;

    OwnEntry(
            EtcdPublication publication,
            ByteString key,
            WatchStream watches,
            Connection connection,
            EtcdPublication.Store store,
            PublicationListener listener) {
        this.publication = publication;
        this.key = key;
        this.watches = watches;
        this.connection = connection;
        this.store = store;
        this.listener = listener;
    }

    @Override
    public ByteString key() {
        return key;
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
        return false;
    }

    void putBegins() {
        putUnderWay = true;
    }

    void putConfirmed(long revision, long underLease) {
        putUnderWay = false;
        confirmed = revision;
        lease = underLease;
        displaced = false;
        if (next == 0 && !silent) {
            next = revision + 1;
            watch();
        }
        judgeLatest();
    }

    void putFailed() {
        putUnderWay = false;
        judgeLatest();
    }

    /** From now on the listener isn't called. From any thread. */
    void silence() {
        silent = true;
    }

    void stopWatching() {
        silent = true;
        if (timer != null) {
            timer.close();
            timer = null;
        }
        if (watching != null) {
            watching.cancel();
            watching = null;
        }
    }

    /** The lease is lost, and whatever hung on it. */
    void leaseLost(long which, StoreException cause) {
        if (which == lease && !displaced) {
            lost(cause);
        }
    }

    /** The store can be asked. */
    void up(boolean sameStore) {
        if (next == 0 || silent) {
            return;
        }
        if (sameStore) {
            watch();
            return;
        }
        next = 0;
        confirmed = 0;
        displaced = false;
        unjudged = null;
        lost(new StoreException(
                Kind.LEASE_LOST,
                Keys.shown(key) + ": the store was replaced by another one, or may have been; it is put again"));
    }

    /** The store can't be asked; its watches are over. */
    void down() {
        watching = null;
        if (timer != null) {
            timer.close();
            timer = null;
        }
    }

    private void watch() {
        if (connection.session() != null && watching == null && !silent) {
            watching = watches.watch(this);
        }
    }

    @Override
    public void delivered(List<Event> events, long revision) {
        failed = 0;
        next = Math.max(next, revision + 1);
        if (!events.isEmpty()) {
            unjudged = events.get(events.size() - 1);
            judgeLatest();
        }
    }

    private void judgeLatest() {
        Event event = unjudged;
        if (event == null || putUnderWay) {
            return;
        }
        unjudged = null;
        if (silent || event.getKv().getModRevision() <= confirmed) {
            return;
        }
        if (event.getType() == Event.EventType.DELETE) {
            gone();
        } else if (publication.isOurs(event.getKv())) {
            lost(new StoreException(
                    Kind.DELETED,
                    Keys.shown(key) + ": an older write of ours arrived late and took the place of the latest, "
                            + "which is put again"));
        } else if (!displaced) {
            displaced = true;
            listener.displaced(new StoreException(
                    Kind.DISPLACED,
                    Keys.shown(key) + ": another process has registered the same id, under lease "
                            + Long.toHexString(event.getKv().getLease())
                            + "; give each process its own id. Ours is put again when the other has gone"));
        }
    }

    private void gone() {
        String what = displaced
                ? ": the process that had taken the id over has gone; ours is put again"
                : ": the entry was deleted by somebody, or with its lease; it is put again";
        displaced = false;
        // if it went with its lease, the others have gone as well: find out now
        store.lease().check();
        lost(new StoreException(Kind.DELETED, Keys.shown(key) + what));
    }

    private void lost(StoreException cause) {
        if (!silent) {
            listener.lost(cause);
        }
    }

    /** The history is gone, so look at the present. */
    @Override
    public void compacted() {
        watching = null;
        Session session = connection.session();
        if (session == null || silent) {
            return;
        }
        session.unary(
                KVGrpc.getRangeMethod(),
                RangeRequest.newBuilder().setKey(key).setKeysOnly(true).build(),
                store.requests().deadlineNanos(),
                answer -> {
                    if (session != connection.session()) {
                        return;
                    }
                    long revision = answer.getHeader().getRevision();
                    KeyValue found = answer.getKvsCount() > 0
                            ? answer.getKvs(0)
                            : KeyValue.newBuilder()
                                    .setKey(key)
                                    .setModRevision(revision)
                                    .build();
                    next = revision + 1;
                    watch();
                    unjudged = Event.newBuilder()
                            .setType(answer.getKvsCount() > 0 ? Event.EventType.PUT : Event.EventType.DELETE)
                            .setKv(found)
                            .build();
                    judgeLatest();
                },
                status -> {
                    if (session == connection.session()) {
                        again("looking at " + Keys.shown(key), status);
                    }
                });
    }

    @Override
    public void refused(StoreException cause) {
        watching = null;
        again(
                "watching " + Keys.shown(key),
                Status.PERMISSION_DENIED.withDescription(String.valueOf(cause.getMessage())));
    }

    private void again(String what, Status status) {
        if (silent) {
            return;
        }
        if (failed++ == 0) {
            LOG.warn("{} failed, so its deletion by others isn't noticed; tried again: {}", what, status);
        }
        timer = store.serial().retry(failed, Duration.ofDays(1), this::watch);
    }
}
