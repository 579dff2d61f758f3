package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.StoreException;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.EventLoop;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to the cluster: one {@link Session} with one member at a time; when it breaks, another with the next. On the
 * serial thread.
 *
 * <p>Design note. gRPC could balance over the members and reconnect by itself, but then a stream's new transport may
 * lead to a wiped store before anybody has looked, a first connection that hangs is waited for during 20 s, and the
 * pause between tries grows out of our hands. So a channel here never outlives its first transport, and any trouble, be
 * it a broken stream, a lease that isn't renewed or a probe that isn't answered, ends in the same place, {@link
 * #broken}.
 *
 * <p>A link that has gone silent is noticed by a probe of our own, a read which the cluster has to agree to, every
 * third of a TTL, answered within another: the last third is left for saving the lease. HTTP/2 pings would not do: etcd
 * takes them at most every 5 s, and a member that is cut off from the others answers them as well.
 */
final class Connection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** A try costs the cluster one TCP connection, so it need not be as rare as that of a request that was refused. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private static final Duration SHORTEST_BEAT = Duration.ofMillis(500);
    private static final Duration LONGEST_BEAT = Duration.ofSeconds(5);
    private static final Duration SHORTEST_HELLO = Duration.ofSeconds(1);

    /** Connecting, logging on, and asking who is there. */
    private static final int REQUESTS_OF_HELLO = 3;

    /** A connection that breaks before this has not proved anything: the pauses go on growing. */
    private static final Duration STABLE = Duration.ofSeconds(5);

    /** Who is told of the connection's coming and going. Must not throw. */
    interface Listener {
        /**
         * A member answers.
         *
         * @param sameStore whether it surely is the store that we knew, so that watches can go on from where they were
         * @param revision how far the store has counted at least; {@link Long#MAX_VALUE} if unknown
         */
        void up(Session session, boolean sameStore, long revision);

        /** No member answers; told again with each try. */
        void down(StoreException cause);
    }

    private final List<EtcdSettings.HostPort> endpoints;
    private final Channels channels;
    private final BackendThread serial;
    private final StoreIdentity identity;
    private final Failures failures;
    private final List<Listener> listeners = new ArrayList<>();
    private final Duration beat;
    private final Duration hello;
    private final Duration longestHello;
    private final RangeRequest probe;

    private @Nullable Session session;
    private @Nullable Session attempt;
    private EventLoop.@Nullable Timer timer;
    private Status trouble = Status.UNAVAILABLE.withDescription("not connected yet");
    private int next;
    private int failed;
    private long upNanos;
    private boolean probing;
    private volatile @Nullable Session last;
    private boolean closed;

    Connection(
            EtcdSettings settings,
            BackendContext context,
            BackendThread serial,
            StoreIdentity identity,
            Failures failures,
            ByteString probeKey) {
        this.endpoints = settings.endpoints();
        this.channels = new Channels(settings, serial);
        this.serial = serial;
        this.identity = identity;
        this.failures = failures;
        Duration third = context.ttl().dividedBy(3);
        this.beat = clamp(third, SHORTEST_BEAT, LONGEST_BEAT);
        this.longestHello = max(SHORTEST_HELLO, context.requestTimeout().multipliedBy(REQUESTS_OF_HELLO));
        this.hello = clamp(third, SHORTEST_HELLO, max(SHORTEST_HELLO, context.requestTimeout()));
        this.probe =
                RangeRequest.newBuilder().setKey(probeKey).setKeysOnly(true).build();
    }

    private static Duration clamp(Duration value, Duration least, Duration most) {
        return value.compareTo(least) < 0 ? least : value.compareTo(most) > 0 ? most : value;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? b : a;
    }

    /** Told in the order in which they were added. To be called before {@link #open}. */
    void addListener(Listener listener) {
        listeners.add(listener);
    }

    /** Begins to connect, with a member picked at random, so that a thousand clients don't all sit on the first. */
    void open() {
        serial.random(endpoints.size(), start -> {
            next = start;
            connect();
        });
    }

    /** The session that works, or null. */
    @Nullable
    Session session() {
        return session;
    }

    /** Why there is no session. */
    Status trouble() {
        return trouble;
    }

    /** Whether there is no session because the cluster refuses who we are, as far as the last try tells. */
    boolean isRefused() {
        return session == null && failed > 0 && Failures.isDenied(trouble);
    }

    /** Whether at least one try has failed. */
    boolean hasFailed() {
        return failed > 0;
    }

    /** The session may be broken: asks it. */
    void suspect(Session suspected) {
        if (suspected == session && !probing) {
            stopTimer();
            probe(suspected);
        }
    }

    /** The session is of no use any more: ends all that is under way on it, and looks for another. */
    void broken(Session broken, Status status) {
        if (broken != session) {
            return;
        }
        session = null;
        probing = false;
        stopTimer();
        if (serial.nanoTime() - upNanos >= STABLE.toNanos()) {
            failed = 0;
        }
        LOG.info("lost etcd at {}: {}; looking for another connection", broken.endpoint(), describe(status));
        lookFurther(broken, status);
    }

    /** Ends everything that is under way. */
    void close() {
        closed = true;
        last = session == null ? attempt : session;
        stopTimer();
        if (last != null) {
            last.close();
        }
        attempt = null;
        session = null;
    }

    /** Waits for the sockets to be closed, after {@link #close}. From any thread. */
    void awaitClosed(Duration atMost) throws InterruptedException {
        Session closing = last;
        if (closing != null) {
            closing.awaitClosed(atMost.toNanos());
        }
    }

    private void connect() {
        if (closed) {
            return;
        }
        EtcdSettings.HostPort endpoint = endpoints.get(next % endpoints.size());
        Session opened;
        try {
            opened = channels.open(endpoint);
        } catch (StatusException e) {
            pause(e.getStatus());
            return;
        }
        attempt = opened;
        // a busy machine, or a slow link, gets more time with each round
        Duration patience = min(hello.multipliedBy(round()), longestHello);
        long deadline = serial.nanoTime() + patience.toNanos();
        opened.login().refresh(null, deadline, () -> greet(opened, deadline), status -> attemptFailed(opened, status));
    }

    private void greet(Session opened, long deadlineNanos) {
        identity.verify(opened, deadlineNanos, verdict -> established(opened, verdict), status -> {
            // whoever may not read that key may still do what it came for
            if (status.getCode() == Status.Code.PERMISSION_DENIED) {
                established(opened, new StoreIdentity.Verdict(false, Long.MAX_VALUE));
            } else {
                attemptFailed(opened, status);
            }
        });
    }

    private void attemptFailed(Session opened, Status status) {
        if (opened == attempt) {
            attempt = null;
            LOG.debug("etcd at {} doesn't serve: {}", opened.endpoint(), describe(status));
            lookFurther(opened, status);
        }
    }

    private void lookFurther(Session useless, Status status) {
        useless.close();
        next++;
        pause(status.withDescription(useless.endpoint() + ": " + describe(status)));
    }

    private void pause(Status status) {
        failed++;
        trouble = status;
        boolean refused = Failures.isAnswer(status);
        timer = serial.retry(round(), refused ? Duration.ofDays(1) : LONGEST_PAUSE, this::connect);
        StoreException cause = failures.exception("connecting", status);
        listeners.forEach(listener -> listener.down(cause));
    }

    /** How often all members have been tried: pauses grow with each round, not with each member. */
    private int round() {
        return 1 + Math.max(0, failed - 1) / endpoints.size();
    }

    private void established(Session opened, StoreIdentity.Verdict verdict) {
        if (opened != attempt || closed) {
            return;
        }
        attempt = null;
        session = opened;
        upNanos = serial.nanoTime();
        LOG.info("connected to etcd at {}", opened.endpoint());
        opened.onGone(() -> broken(opened, Status.UNAVAILABLE.withDescription("the connection ended")));
        timer = serial.schedule(beat, () -> beat(opened));
        for (Listener listener : listeners) {
            if (opened == session) {
                listener.up(opened, verdict.same(), verdict.revision());
            }
        }
    }

    private void beat(Session current) {
        if (current != session) {
            return;
        }
        if (serial.nanoTime() - current.heardNanos() < beat.toNanos() / 2) {
            timer = serial.schedule(beat.dividedBy(2), () -> beat(current));
        } else {
            probe(current);
        }
    }

    private void probe(Session current) {
        probing = true;
        current.unary(
                KVGrpc.getRangeMethod(),
                probe,
                serial.nanoTime() + beat.toNanos(),
                answer -> probed(current),
                status -> {
                    if (Failures.isAnswer(status)) {
                        probed(current);
                    } else {
                        broken(current, status);
                    }
                });
    }

    private void probed(Session current) {
        if (current == session) {
            probing = false;
            timer = serial.schedule(beat, () -> beat(current));
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.close();
            timer = null;
        }
    }

    private static String describe(Status status) {
        return status.getDescription() == null ? status.getCode().name() : status.getDescription();
    }
}
