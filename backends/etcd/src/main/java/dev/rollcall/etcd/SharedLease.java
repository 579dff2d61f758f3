package dev.rollcall.etcd;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.etcd.proto.LeaseGrantRequest;
import dev.rollcall.etcd.proto.LeaseGrantResponse;
import dev.rollcall.etcd.proto.LeaseGrpc;
import dev.rollcall.etcd.proto.LeaseKeepAliveRequest;
import dev.rollcall.etcd.proto.LeaseKeepAliveResponse;
import dev.rollcall.etcd.proto.LeaseRevokeRequest;
import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.EventLoop;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one lease that all of a client's entries hang on: granted when the first is put, renewed on one stream every
 * third of its TTL, on whatever member we are connected to. On the serial thread.
 *
 * <p>It is lost when the server says so, or when no renewal was acknowledged for a whole TTL, counted from when the
 * last acknowledged one was <em>sent</em>: the server can't have ended it before. The next put then gets a new one.
 */
final class SharedLease implements Connection.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(SharedLease.class);
    static final long NONE = 0;

    /** Told when a lease is lost, with everything that hangs on it. */
    interface OnLoss {
        void leaseLost(long lease, StoreException cause);
    }

    private final Connection connection;
    private final Requests requests;
    private final BackendThread serial;
    private final EtcdSettings settings;
    private final long ttlSeconds;
    private final OnLoss onLoss;
    private final List<Waiting> waiting = new ArrayList<>();

    private long id = NONE;
    private Duration ttl = Duration.ZERO;
    private long renewedNanos;
    private @Nullable KeepAlive keepAlive;
    private EventLoop.@Nullable Timer expiry;

    private volatile Confirmed confirmed = new Confirmed(NONE, 0);

    /** Until when a lease can't have ended by itself. */
    private record Confirmed(long lease, long untilNanos) {}

    private record Waiting(LongConsumer granted, Requests.OnFailure failed) {}

    SharedLease(
            Connection connection,
            Requests requests,
            BackendThread serial,
            EtcdSettings settings,
            Duration ttl,
            OnLoss onLoss) {
        this.connection = connection;
        this.requests = requests;
        this.serial = serial;
        this.settings = settings;
        this.ttlSeconds = Math.max(1, ttl.plusMillis(999).toSeconds());
        this.onLoss = onLoss;
    }

    /** The lease that is alive as far as we know, or {@link #NONE}. */
    long id() {
        return id;
    }

    /** Until when this lease can't have ended without having been ended; in the past if it isn't the living one. From any thread. */
    long confirmedUntilNanos(long lease) {
        Confirmed now = confirmed;
        return lease != NONE && now.lease == lease ? now.untilNanos : serial.nanoTime() - 1;
    }

    /**
     * Hands over the living lease, at once if there is one, else when it has been granted: one grant for all who wait.
     */
    void hold(long deadlineNanos, LongConsumer granted, Requests.OnFailure failed) {
        if (id != NONE) {
            granted.accept(id);
            return;
        }
        waiting.add(new Waiting(granted, failed));
        if (waiting.size() > 1) {
            return;
        }
        long sentNanos = serial.nanoTime();
        requests.sendFirst(
                LeaseGrpc.getLeaseGrantMethod(),
                LeaseGrantRequest.newBuilder().setTTL(ttlSeconds).build(),
                deadlineNanos,
                answer -> granted(answer, sentNanos),
                (status, sent) -> {
                    List<Waiting> all = List.copyOf(waiting);
                    waiting.clear();
                    // whatever became of the grant, no entry was sent
                    all.forEach(one -> one.failed.failed(status, false));
                });
    }

    private void granted(LeaseGrantResponse answer, long sentNanos) {
        id = answer.getID();
        ttl = Duration.ofSeconds(answer.getTTL());
        renewed(sentNanos);
        LOG.debug("{}: granted lease {} for {} s", settings, Long.toHexString(id), answer.getTTL());
        expireLater();
        Session session = connection.session();
        if (session != null) {
            renewOn(session);
        }
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(one -> one.granted.accept(id));
    }

    /** Renews at once: something happened that looks as if the lease had ended. */
    void check() {
        if (keepAlive != null) {
            keepAlive.renew();
        }
    }

    /** The server doesn't know this lease. */
    void notFound(long lease) {
        lost(
                lease,
                settings + ": lease " + Long.toHexString(lease)
                        + " has ended; its entries are put again under a new one");
    }

    /** Ends the lease and all that hangs on it, if it can be done now. */
    void revoke(long deadlineNanos, Runnable done) {
        long revoked = id;
        forget();
        stop();
        Session session = connection.session();
        if (revoked == NONE || session == null) {
            done.run();
            return;
        }
        session.unary(
                LeaseGrpc.getLeaseRevokeMethod(),
                LeaseRevokeRequest.newBuilder().setID(revoked).build(),
                deadlineNanos,
                answer -> done.run(),
                status -> {
                    if (!Failures.isLeaseNotFound(status)) {
                        LOG.info(
                                "{}: lease {} could not be revoked, so its entries go when it ends, within {} s: {}",
                                settings,
                                Long.toHexString(revoked),
                                ttlSeconds,
                                status);
                    }
                    done.run();
                });
    }

    @Override
    public void up(Session session, boolean sameStore, long revision) {
        if (id != NONE) {
            renewOn(session);
        }
    }

    @Override
    public void down(StoreException cause) {
        stopRenewing();
    }

    private void renewOn(Session session) {
        stopRenewing();
        keepAlive = new KeepAlive(session);
        keepAlive.renew();
    }

    private void renewed(long sentNanos) {
        renewedNanos = sentNanos;
        confirmed = new Confirmed(id, sentNanos + ttl.toNanos());
    }

    private void expireLater() {
        if (expiry != null) {
            expiry.close();
        }
        long left = renewedNanos + ttl.toNanos() - serial.nanoTime();
        expiry = serial.schedule(Duration.ofNanos(Math.max(0, left)), () -> {
            if (renewedNanos + ttl.toNanos() - serial.nanoTime() > 0) {
                expireLater();
            } else {
                String message = settings + ": lease " + Long.toHexString(id) + " was not renewed for "
                        + ttl.toSeconds() + " s and must be taken to have ended; its entries are put again as soon as "
                        + "etcd answers";
                lost(id, message);
            }
        });
    }

    private void lost(long lease, String message) {
        if (lease == NONE || lease != id) {
            return;
        }
        LOG.warn("{}", message);
        forget();
        stop();
        onLoss.leaseLost(lease, new StoreException(Kind.LEASE_LOST, message));
    }

    private void forget() {
        id = NONE;
        confirmed = new Confirmed(NONE, 0);
    }

    private void stop() {
        stopRenewing();
        if (expiry != null) {
            expiry.close();
            expiry = null;
        }
    }

    private void stopRenewing() {
        if (keepAlive != null) {
            keepAlive.stop();
            keepAlive = null;
        }
    }

    /** Renewal on one session: one request under way at a time. */
    private final class KeepAlive extends ClientCall.Listener<LeaseKeepAliveResponse> {
        private final Session session;
        private final long lease = id;
        private final ClientCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call;
        private EventLoop.@Nullable Timer tick;
        private long sentNanos;
        private boolean underWay;
        private boolean stopped;

        KeepAlive(Session session) {
            this.session = session;
            this.call = session.stream(LeaseGrpc.getLeaseKeepAliveMethod(), this);
            call.request(1);
        }

        void renew() {
            if (underWay || stopped) {
                return;
            }
            if (tick != null) {
                tick.close();
            }
            underWay = true;
            sentNanos = serial.nanoTime();
            call.sendMessage(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
            tick = serial.schedule(ttl.dividedBy(3), () -> {
                if (underWay) {
                    connection.broken(
                            session, Status.DEADLINE_EXCEEDED.withDescription("the lease's renewal isn't answered"));
                }
            });
        }

        @Override
        public void onMessage(LeaseKeepAliveResponse answer) {
            call.request(1);
            if (stopped || answer.getID() != lease) {
                return;
            }
            session.heard();
            underWay = false;
            if (answer.getTTL() <= 0) {
                notFound(lease);
                return;
            }
            ttl = Duration.ofSeconds(answer.getTTL());
            renewed(sentNanos);
            if (tick != null) {
                tick.close();
            }
            tick = serial.schedule(ttl.dividedBy(3), this::renew);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (!stopped) {
                connection.broken(session, status.isOk() ? Status.UNAVAILABLE : status);
            }
        }

        void stop() {
            stopped = true;
            if (tick != null) {
                tick.close();
            }
            call.cancel("not needed any more", null);
        }
    }
}
