package dev.rollcall.zookeeper;

import dev.rollcall.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * A few requests after another that together put or remove a node, under one deadline. Runs in its publication's turn; once abandoned,
 * timed out or ended it sends nothing more and changes nothing.
 */
abstract class Operation {
    private static final int MAX_STEPS = 16;

    final EphemeralPublication publication;
    final OwnNodes nodes;
    private final CompletableFuture<Void> result = new CompletableFuture<>();
    private boolean over;
    private boolean sent;
    private int steps;
    private Deadlines.@Nullable Limited<Void> deadline;

    Operation(EphemeralPublication publication, OwnNodes nodes) {
        this.publication = publication;
        this.nodes = nodes;
    }

    final CompletionStage<Void> result() {
        return result;
    }

    final void start() {
        deadline = nodes.deadlines().limit((code, nothing) -> publication.turn.run(() -> fail(code, "writing")));
        nodes.connection()
                .session((code, session) -> publication.turn.run(() -> {
                    if (over) {
                        return;
                    }
                    if (session == null) {
                        end(nodes.unavailable(), false);
                    } else {
                        nodes.began();
                        sent = true;
                        begin(session);
                    }
                }));
    }

    abstract void begin(Session session);

    /** Ends it because another takes its place. */
    final void abandon() {
        end(nodes.failures().closed(), sent);
    }

    /** A reply that goes on in turn, unless this is over. */
    final <T> Reply<T> next(Reply<T> step) {
        return (code, value) -> publication.turn.run(() -> {
            if (!over) {
                if (++steps > MAX_STEPS) {
                    end(nodes.failures().contended(publication.path), true);
                } else {
                    step.accept(code, value);
                }
            }
        });
    }

    final void succeed() {
        finish();
        result.complete(null);
    }

    final void fail(Code code, String what) {
        if (!over) {
            // "expired" may be the handle's guess, while the server still carries the request out
            boolean unknown = code == Code.CONNECTIONLOSS
                    || code == Code.SESSIONEXPIRED
                    || code == Code.OPERATIONTIMEOUT
                    || code == Code.REQUESTTIMEOUT
                    || code == Code.SESSIONMOVED;
            end(
                    nodes.connection().isClosed()
                            ? nodes.failures().closed()
                            : nodes.failures().of(code, what + " " + publication.path),
                    sent && unknown);
        }
    }

    private void end(StoreException cause, boolean unknown) {
        if (!over) {
            finish();
            publication.failed(unknown);
            result.completeExceptionally(cause);
        }
    }

    private void finish() {
        over = true;
        if (deadline != null) {
            deadline.cancel();
        }
        if (sent) {
            nodes.ended();
        }
    }
}
