package dev.rollcall.memory;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.Claim;
import dev.rollcall.spi.ClaimListener;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * One place in a line. Its state is confined to the client's loop. A connection keeps the order of what is sent, so a claim that wasn't answered
 * doesn't come after its release.
 */
final class MemoryClaim extends Follower implements Claim {
    private final String name;
    private final String id;
    private final String data;
    private final ClaimListener listener;
    private final Session session;
    private final Connection connection;
    private final Consumer<MemoryClaim> onEnd;
    private Stand stand = Stand.ASKED;
    private volatile long lease;

    private enum Stand {
        /** Not confirmed yet. */
        ASKED,
        /** In the line. */
        IN_LINE,
        /** Reported as lost, or to be released: nothing is reported any more. */
        ENDED
    }

    /**
     * A claim that {@link #begin} makes.
     *
     * @param id unlike that of any other claim of the client
     * @param onEnd is called on the loop when there is nothing more to watch over
     */
    MemoryClaim(
            String name, String id, String data, ClaimListener listener, Session session, Consumer<MemoryClaim> onEnd) {
        super(session.connection());
        this.name = name;
        this.id = id;
        this.data = data;
        this.listener = listener;
        this.session = session;
        this.connection = session.connection();
        this.onEnd = onEnd;
    }

    Topic topic() {
        return Topic.claim(name);
    }

    /** On the loop. */
    void begin() {
        session.lease().whenComplete((granted, noLease) -> {
            if (stand == Stand.ENDED) {
                return;
            }
            if (noLease != null) {
                lose(StoreFailures.of(noLease));
                return;
            }
            lease = granted;
            connection
                    .request("claim of " + name, () -> {
                        connection.engine().claim(connection.writer(), granted, name, id, data);
                        return true;
                    })
                    .whenComplete((done, failure) -> {
                        if (failure != null) {
                            refused(StoreFailures.of(failure));
                        } else if (stand == Stand.ASKED) {
                            stand = Stand.IN_LINE;
                            tell();
                        }
                    });
        });
    }

    private void refused(StoreException failure) {
        if (failure.kind() == Kind.LEASE_LOST) {
            session.leaseRefused(lease);
        }
        lose(failure);
    }

    private void lose(StoreException cause) {
        if (stand != Stand.ENDED) {
            stand = Stand.ENDED;
            onEnd.accept(this);
            listener.lost(cause);
        }
    }

    /** A lease is gone. On the loop. */
    void leaseLost(StoreException cause) {
        lose(cause);
    }

    /** The store can't be heard. On the loop. */
    void interrupted(StoreException cause) {
        if (stand != Stand.ENDED) {
            listener.interrupted(cause);
        }
    }

    @Override
    void look() {
        if (stand != Stand.IN_LINE || !session.isHeard()) {
            return;
        }
        ClaimSpace.Line line = connection.engine().readClaims(name);
        Optional<ClaimSpace.ClaimEntry> own =
                line.entries().stream().filter(entry -> entry.id().equals(id)).findFirst();
        if (own.isEmpty()) {
            if (!session.checkLease()) {
                lose(new StoreException(Kind.DELETED, name + ": somebody has deleted the claim"));
            }
        } else if (line.first().equals(own)) {
            listener.held(own.orElseThrow().token());
        } else {
            listener.waiting();
        }
    }

    @Override
    public long confirmedUntilNanos() {
        return session.confirmedUntilNanos(lease);
    }

    @Override
    public CompletionStage<Void> release() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        if (connection.isClosed()) {
            stage.completeExceptionally(new StoreException(Kind.CLOSED, name + ": the client is closed"));
        } else {
            connection.loop().execute(() -> release(stage));
        }
        return stage;
    }

    private void release(CompletableFuture<Void> stage) {
        if (stand != Stand.ENDED) {
            stand = Stand.ENDED;
            onEnd.accept(this);
        }
        connection
                .request("release of " + name, () -> {
                    connection.engine().release(connection.writer(), name, id);
                    return true;
                })
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        stage.complete(null);
                    } else {
                        stage.completeExceptionally(StoreFailures.of(failure));
                    }
                });
    }
}
