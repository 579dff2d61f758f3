package dev.rollcall.memory;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A client's standing with the store: whether it can be heard, and the lease under which it writes. Asks the store again and again, which
 * renews the lease; after a failure with the pauses of the backoff, for ever. On the client's loop only.
 */
final class Session {
    private static final Duration LONGEST_BEAT = Duration.ofSeconds(3);
    private static final int BEATS_PER_TTL = 3;

    private final BackendContext context;
    private final EventLoop loop;
    private final Connection connection;
    private final Observer observer;
    private final Duration beat;
    private @Nullable StoreException trouble;
    private @Nullable CompletionStage<Long> grant;
    private EventLoop.@Nullable Timer nextBeat;
    private EventLoop.@Nullable Timer leaseEnd;
    private boolean heard;
    private boolean asking;
    private int failures;
    private long lease;
    private volatile Confirmed confirmed = new Confirmed(0, 0);

    /** Until when a lease can't have ended, as far as is known. */
    private record Confirmed(long lease, long untilNanos) {}

    /** What the session tells. On the loop. */
    interface Observer {
        /** The store can't be heard. */
        void interrupted(StoreException cause);

        /** The store is heard, again or for the first time. */
        void heard();

        /** The lease is gone, or must be taken to be. */
        void leaseLost(StoreException cause);
    }

    /** @param connection a connection whose loss is reported to {@link #connectionLost} */
    Session(BackendContext context, Connection connection, Observer observer) {
        this.context = context;
        this.loop = context.loop();
        this.connection = connection;
        this.observer = observer;
        Duration share = context.ttl().dividedBy(BEATS_PER_TTL);
        this.beat = share.compareTo(LONGEST_BEAT) < 0 ? share : LONGEST_BEAT;
    }

    void start() {
        ask();
    }

    void stop() {
        cancel(nextBeat);
        cancel(leaseEnd);
    }

    boolean isHeard() {
        return heard;
    }

    /** Why the store can't be heard; null while it can or while nothing is known. */
    @Nullable
    StoreException trouble() {
        return trouble;
    }

    /** The live lease, granted first if there is none; all who ask meanwhile get the same. */
    CompletionStage<Long> lease() {
        if (lease != 0) {
            return CompletableFuture.completedFuture(lease);
        }
        CompletionStage<Long> underWay = grant;
        if (underWay == null) {
            long asked = loop.nanoTime();
            underWay = connection.request("lease", () -> connection.engine().grant(connection.writer(), context.ttl()));
            grant = underWay;
            underWay.whenComplete((granted, failure) -> granted(asked, granted, failure));
        }
        return underWay;
    }

    /** The lease under which to write; 0 if there is none. */
    long leaseNow() {
        return lease;
    }

    /** Until when this lease can't have ended without having been ended; in the past if it isn't the live one. From any thread. */
    long confirmedUntilNanos(long which) {
        Confirmed now = confirmed;
        return which != 0 && now.lease == which ? now.untilNanos : loop.nanoTime() - 1;
    }

    Connection connection() {
        return connection;
    }

    /** Looks whether the lease still is there, as an entry under it has gone. True if it was lost, which is told. */
    boolean checkLease() {
        if (lease != 0 && !connection.engine().isLive(lease)) {
            loseLease("it ended in the store");
            return true;
        }
        return false;
    }

    /** The store has refused this lease. */
    void leaseRefused(long refused) {
        if (refused == lease) {
            loseLease("it ended in the store");
        }
    }

    void connectionLost(StoreException cause) {
        if (!asking) {
            cancel(nextBeat);
            fail(cause);
        }
    }

    private void ask() {
        asking = true;
        long asked = loop.nanoTime();
        long renewing = lease;
        connection
                .request("keepalive", () -> renewing == 0 || connection.engine().renew(renewing))
                .whenComplete((live, failure) -> {
                    asking = false;
                    if (connection.isClosed()) {
                        return;
                    }
                    if (failure != null) {
                        StoreException cause = StoreFailures.of(failure);
                        connection.abandon(cause);
                        fail(cause);
                        return;
                    }
                    if (!live) {
                        leaseRefused(renewing);
                    } else if (renewing == lease && lease != 0) {
                        renewed(asked);
                    }
                    succeed();
                });
    }

    private void granted(long askedNanos, @Nullable Long granted, @Nullable Throwable failure) {
        grant = null;
        if (granted != null && failure == null) {
            lease = granted;
            renewed(askedNanos);
        }
    }

    private void succeed() {
        failures = 0;
        nextBeat = loop.schedule(beat, this::ask);
        if (!heard) {
            heard = true;
            trouble = null;
            observer.heard();
        }
    }

    private void fail(StoreException cause) {
        nextBeat = loop.schedule(context.backoff().pause(++failures, context.random()), this::ask);
        boolean news = trouble == null || trouble.kind() != cause.kind();
        heard = false;
        trouble = cause;
        if (news) {
            observer.interrupted(cause);
        }
    }

    private void renewed(long askedNanos) {
        cancel(leaseEnd);
        confirmed = new Confirmed(lease, askedNanos + context.ttl().toNanos());
        Duration left = context.ttl().minusNanos(loop.nanoTime() - askedNanos);
        leaseEnd = loop.schedule(left, () -> loseLease("it was not renewed for " + context.ttl()));
    }

    private void loseLease(String why) {
        lease = 0;
        confirmed = new Confirmed(0, 0);
        cancel(leaseEnd);
        observer.leaseLost(new StoreException(
                Kind.LEASE_LOST,
                "lease of " + connection.writer() + ": " + why + "; its entries are written again under a new one"));
    }

    private static void cancel(EventLoop.@Nullable Timer timer) {
        if (timer != null) {
            timer.close();
        }
    }
}
