package dev.rollcall.etcd;

import dev.rollcall.StoreException;
import dev.rollcall.etcd.proto.Event;
import dev.rollcall.etcd.proto.WatchResponse;
import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.EventLoop;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All of a client's watches, on one stream. On the serial thread.
 *
 * <p>With a new session, and when the login that the stream was opened with has gone stale, the watchers that are there
 * are begun again on a new stream, each from the revision it wants next, so nothing is missed and nothing comes twice.
 * etcd has no limit of watches to a stream, and serves each stream from one goroutine: more streams would only be more
 * to keep alive.
 *
 * <p>Design note: a registration watches its own key, and ten thousand of them come in a burst. Beginning their watches
 * costs the server about as much as the puts themselves, so they wait until there is nothing to write, at most a third
 * of a TTL, and then go a few at a time. Views don't wait.
 */
final class WatchStream implements Connection.Listener {
    private static final int MAX_BEGINNING = 1_000;
    private static final int MAX_BEGINNING_AT_LEISURE = 128;

    private final Connection connection;
    private final Requests requests;
    private final BackendThread serial;
    private final Failures failures;
    private final Duration longestLeisure;
    private final Set<Watching> all = new LinkedHashSet<>();
    private final Deque<Watching> urgent = new ArrayDeque<>();
    private final Deque<Watching> atLeisure = new ArrayDeque<>();
    private @Nullable WatchCall call;
    private EventLoop.@Nullable Timer leisureEnds;
    private boolean loggingOn;

    /** One watch. */
    final class Watching {
        final Watcher watcher;
        private final long sinceNanos = serial.nanoTime();
        private long id = -1;
        private boolean over;
        private boolean deniedBefore;
        private @Nullable List<Event> fragments;

        private Watching(Watcher watcher) {
            this.watcher = watcher;
        }

        /** Ends the watch: the watcher isn't called any more. Idempotent. */
        void cancel() {
            if (!over) {
                forget(this);
                if (call != null && id >= 0) {
                    call.cancelWatch(id);
                }
            }
        }
    }

    WatchStream(Connection connection, Requests requests, BackendThread serial, Failures failures, Duration ttl) {
        this.connection = connection;
        this.requests = requests;
        this.serial = serial;
        this.failures = failures;
        this.longestLeisure = ttl.dividedBy(3);
        requests.onCalm(this::begin);
    }

    /** Begins a watch, now or when it is its turn. It lasts until the connection goes {@link #down}. */
    Watching watch(Watcher watcher) {
        Watching watching = new Watching(watcher);
        all.add(watching);
        enqueue(watching);
        begin();
        return watching;
    }

    @Override
    public void up(Session session, boolean sameStore, long revision) {
        call = new WatchCall(session, this);
        begin();
    }

    /** All watches are over; their watchers are told by the connection too, and come again when it is up. */
    @Override
    public void down(StoreException cause) {
        if (call != null) {
            call.stop();
            call = null;
        }
        all.forEach(watching -> watching.over = true);
        all.clear();
        urgent.clear();
        atLeisure.clear();
        loggingOn = false;
        stopTimer();
    }

    private void enqueue(Watching watching) {
        (watching.watcher.isUrgent() ? urgent : atLeisure).add(watching);
    }

    private void forget(Watching watching) {
        watching.over = true;
        all.remove(watching);
        if (call != null && watching.id >= 0) {
            call.open.remove(watching.id);
        }
    }

    /** Begins as many of the waiting watches as may be begun now. */
    private void begin() {
        if (call == null || loggingOn) {
            return;
        }
        while (!urgent.isEmpty() && call.beginning.size() < MAX_BEGINNING) {
            begin(call, urgent.remove());
        }
        while (!atLeisure.isEmpty() && call.beginning.size() < MAX_BEGINNING_AT_LEISURE) {
            Watching first = atLeisure.element();
            long patience = longestLeisure.toNanos() - (serial.nanoTime() - first.sinceNanos);
            if (!first.over && patience > 0 && !requests.isCalm()) {
                beginLater(Duration.ofNanos(patience));
                return;
            }
            begin(call, atLeisure.remove());
        }
    }

    private void beginLater(Duration delay) {
        if (leisureEnds == null) {
            leisureEnds = serial.schedule(delay, () -> {
                leisureEnds = null;
                begin();
            });
        }
    }

    private static void begin(WatchCall call, Watching watching) {
        if (!watching.over) {
            Watcher watcher = watching.watcher;
            call.createWatch(watching, watcher.key(), watcher.end(), watcher.startRevision());
        }
    }

    /** A message of the stream that is current. */
    void received(WatchCall from, WatchResponse message) {
        if (from != call) {
            return;
        }
        from.session.heard();
        if (message.getCreated()) {
            begun(from, message);
            begin();
            return;
        }
        Watching watching = from.open.get(message.getWatchId());
        if (watching == null) {
            return;
        }
        if (message.getCanceled()) {
            forget(watching);
            if (message.getCompactRevision() != 0) {
                watching.watcher.compacted();
            } else {
                refused(watching, message.getCancelReason());
            }
            return;
        }
        deliver(watching, message);
    }

    private void begun(WatchCall from, WatchResponse message) {
        Watching watching = from.beginning.poll();
        if (watching == null) {
            connection.broken(from.session, Status.INTERNAL.withDescription("a watch began that nobody asked for"));
            return;
        }
        if (message.getCanceled()) {
            if (!watching.over) {
                refused(watching, message.getCancelReason());
            }
        } else if (watching.over) {
            from.cancelWatch(message.getWatchId());
        } else {
            watching.id = message.getWatchId();
            watching.deniedBefore = false;
            from.open.put(watching.id, watching);
        }
    }

    /**
     * The stream keeps the login that it was opened with: when a watch is refused, the first guess is that that has
     * expired.
     */
    private void refused(Watching watching, String reason) {
        WatchCall current = call;
        if (current != null
                && Failures.isDenied(reason)
                && current.session.login().isNeeded()
                && !watching.deniedBefore) {
            watching.deniedBefore = true;
            watching.over = false;
            all.add(watching);
            reopen(current);
            return;
        }
        forget(watching);
        Status status = Failures.isDenied(reason)
                ? Status.PERMISSION_DENIED.withDescription(reason)
                : Status.UNAVAILABLE.withDescription(reason.isEmpty() ? "the watch was cancelled" : reason);
        watching.watcher.refused(failures.exception("watching " + Keys.shown(watching.watcher.key()), status));
    }

    private void reopen(WatchCall stale) {
        if (loggingOn) {
            return;
        }
        loggingOn = true;
        Session session = stale.session;
        session.login()
                .refresh(
                        stale.token,
                        requests.deadlineNanos(),
                        () -> {
                            if (call == stale) {
                                reopened(stale);
                            }
                        },
                        status -> connection.broken(session, status));
    }

    private void reopened(WatchCall stale) {
        loggingOn = false;
        stale.stop();
        urgent.clear();
        atLeisure.clear();
        for (Watching watching : all) {
            watching.id = -1;
            watching.fragments = null;
            enqueue(watching);
        }
        call = new WatchCall(stale.session, this);
        begin();
    }

    private static void deliver(Watching watching, WatchResponse message) {
        List<Event> events = message.getEventsList();
        if (message.getFragment() || watching.fragments != null) {
            if (watching.fragments == null) {
                watching.fragments = new ArrayList<>();
            }
            watching.fragments.addAll(events);
            if (message.getFragment()) {
                return;
            }
            events = watching.fragments;
            watching.fragments = null;
        }
        // the header may be ahead of the events that wait to be sent, but not of those of an event-less notice
        long revision = events.isEmpty()
                ? message.getHeader().getRevision()
                : events.get(events.size() - 1).getKv().getModRevision();
        watching.watcher.delivered(events, revision);
    }

    /** The stream has ended. */
    void ended(WatchCall which, Status status) {
        if (which == call) {
            connection.broken(which.session, status.isOk() ? Status.UNAVAILABLE : status);
        }
    }

    private void stopTimer() {
        if (leisureEnds != null) {
            leisureEnds.close();
            leisureEnds = null;
        }
    }
}
