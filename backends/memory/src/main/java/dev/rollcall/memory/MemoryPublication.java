package dev.rollcall.memory;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.PublicationListener;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** One entry that a client holds. Its state is confined to the client's loop. */
final class MemoryPublication extends Follower implements Publication {
    private final String service;
    private final String id;
    private final PublicationListener listener;
    private final Session session;
    private final Connection connection;
    private final Consumer<MemoryPublication> onEnd;
    private Stand stand = Stand.ABSENT;
    private boolean everPut;

    private enum Stand {
        /** Not written yet, or reported as lost. */
        ABSENT,
        /** The store has confirmed it and nothing has taken it away since. */
        HELD,
        /** Reported as displaced by another's entry. */
        DISPLACED,
        /** To be removed: nothing is reported any more. */
        ENDED
    }

    /** @param onEnd is called on the loop when there is nothing more to watch over */
    MemoryPublication(
            String service,
            String id,
            PublicationListener listener,
            Session session,
            Consumer<MemoryPublication> onEnd) {
        super(session.connection());
        this.service = service;
        this.id = id;
        this.listener = listener;
        this.session = session;
        this.connection = session.connection();
        this.onEnd = onEnd;
    }

    Topic topic() {
        return Topic.entry(service, id);
    }

    @Override
    public CompletionStage<Void> put(Instance instance) {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        if (connection.isClosed()) {
            stage.completeExceptionally(new StoreException(Kind.CLOSED, key() + ": the client is closed"));
        } else {
            connection.loop().execute(() -> put(instance, stage));
        }
        return stage;
    }

    @Override
    public CompletionStage<Void> farewell(Instance leaving) {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        if (connection.isClosed()) {
            stage.completeExceptionally(new StoreException(Kind.CLOSED, key() + ": the client is closed"));
        } else {
            connection
                    .loop()
                    .execute(() -> request(
                            "farewell of ", stage, () -> connection.engine().rewrite(connection.writer(), leaving)));
        }
        return stage;
    }

    @Override
    public CompletionStage<Void> remove() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        if (connection.isClosed()) {
            stage.completeExceptionally(new StoreException(Kind.CLOSED, key() + ": the client is closed"));
        } else {
            connection.loop().execute(() -> remove(stage));
        }
        return stage;
    }

    /** The lease under which it was written is gone. On the loop. */
    void leaseLost(StoreException cause) {
        if (stand == Stand.HELD) {
            stand = Stand.ABSENT;
            listener.lost(cause);
        }
    }

    @Override
    void look() {
        if (stand == Stand.ABSENT || stand == Stand.ENDED || !session.isHeard()) {
            return;
        }
        Optional<StoreEntry> entry = connection.engine().find(service, id);
        boolean ours = entry.filter(there -> there.writer().equals(connection.writer()))
                .isPresent();
        boolean anothers = !ours && entry.filter(there -> there.lease() != 0).isPresent();
        if (stand == Stand.HELD && !ours) {
            if (entry.isEmpty() && session.checkLease()) {
                return;
            }
            stand = anothers ? Stand.DISPLACED : Stand.ABSENT;
            if (anothers) {
                listener.displaced(displaced(entry.orElseThrow()));
            } else {
                listener.lost(deleted());
            }
        } else if (stand == Stand.DISPLACED && !anothers) {
            stand = Stand.ABSENT;
            listener.lost(deleted());
        }
    }

    private void put(Instance instance, CompletableFuture<Void> stage) {
        everPut = true;
        session.lease().whenComplete((lease, noLease) -> {
            if (noLease != null) {
                stage.completeExceptionally(StoreFailures.of(noLease));
                return;
            }
            connection
                    .request("put " + key(), () -> {
                        connection.engine().put(connection.writer(), lease, instance);
                        return true;
                    })
                    .whenComplete((done, failure) -> {
                        if (failure == null) {
                            written(lease, stage);
                        } else {
                            refused(lease, StoreFailures.of(failure), stage);
                        }
                    });
        });
    }

    private void written(long lease, CompletableFuture<Void> stage) {
        if (stand != Stand.ENDED) {
            stand = Stand.HELD;
        }
        stage.complete(null);
        if (lease != session.leaseNow()) {
            leaseLost(new StoreException(
                    Kind.LEASE_LOST,
                    key() + ": its lease ended while it was written; it is written again under a new one"));
        } else {
            tell();
        }
    }

    private void refused(long lease, StoreException failure, CompletableFuture<Void> stage) {
        stage.completeExceptionally(failure);
        if (failure.kind() == Kind.LEASE_LOST) {
            session.leaseRefused(lease);
        }
    }

    private void remove(CompletableFuture<Void> stage) {
        if (stand != Stand.ENDED) {
            stand = Stand.ENDED;
            onEnd.accept(this);
        }
        if (!everPut) {
            stage.complete(null);
            return;
        }
        request("remove ", stage, () -> connection.engine().remove(connection.writer(), service, id));
    }

    private void request(String what, CompletableFuture<Void> stage, Runnable task) {
        connection
                .request(what + key(), () -> {
                    task.run();
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

    private String key() {
        return service + '/' + id;
    }

    private StoreException deleted() {
        return new StoreException(
                Kind.DELETED, key() + ": somebody has deleted or overwritten the entry; it is written again");
    }

    private StoreException displaced(StoreEntry by) {
        return new StoreException(
                Kind.DISPLACED,
                key() + ": " + (by.writer().isEmpty() ? "another process" : by.writer())
                        + " has registered the same id; ours comes back when that one leaves. Give each its own id");
    }
}
