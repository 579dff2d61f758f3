package dev.rollcall.zookeeper;

import dev.rollcall.StoreException;
import dev.rollcall.spi.ConfigStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.KeeperException.Code;

/**
 * A change of one node of the configuration: reads it, and changes the version that it read; begins anew when another was faster. One deadline for all of
 * it. Its steps come one after the other.
 *
 * <p>Design note: ZooKeeper can make a change depend on a node's count of changes, not on its mzxid. So between the read and the change there is a
 * moment, one round trip, in which a node that was never changed can be deleted and made anew without being noticed. Nothing in ZooKeeper's
 * protocol closes that gap.
 *
 * @param <T> the result's type
 */
abstract class ConfigOperation<T> {
    private static final int MAX_ROUNDS = 16;

    final String key;
    final String path;
    final long expectedRevision;
    private final TreeWatches trees;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final AtomicInteger rounds = new AtomicInteger();

    ConfigOperation(String key, long expectedRevision, TreeWatches trees) {
        this.key = key;
        this.path = trees.configRoot() + "/" + key;
        this.expectedRevision = expectedRevision;
        this.trees = trees;
    }

    final CompletionStage<T> begin() {
        Deadlines.Limited<T> deadline = trees.deadlines().limit((code, nothing) -> fail(code));
        trees.connection().session((code, session) -> {
            if (session != null) {
                again(session);
            } else {
                boolean closed = trees.connection().isClosed();
                fail(closed ? trees.failures().closed() : trees.failures().unreachable());
            }
        });
        return result.whenComplete((value, failure) -> deadline.cancel());
    }

    /** One try, from the beginning. */
    abstract void attempt(Session session);

    /** What is being done, for messages: {@code writing}. */
    abstract String verb();

    final void again(Session session) {
        if (rounds.incrementAndGet() > MAX_ROUNDS) {
            fail(trees.failures().contended(path));
        } else if (!isDone()) {
            attempt(session);
        }
    }

    /** Hands over the node, or null if there is none that counts; fails where the revision is not the expected one. */
    final void readExpected(Session session, Reply<Session.Node> reply) {
        session.read(path, (code, node) -> {
            if (code != Code.OK && code != Code.NONODE) {
                fail(code);
                return;
            }
            long found = node == null || !node.hasData()
                    ? ConfigStore.ABSENT
                    : node.stat().getMzxid();
            if (expectedRevision != ConfigStore.ANY_REVISION && found != expectedRevision) {
                fail(ConfigStore.conflict(key, expectedRevision, found));
            } else {
                reply.accept(code, node);
            }
        });
    }

    final boolean isDone() {
        return result.isDone();
    }

    final void succeed(T value) {
        result.complete(value);
    }

    final void fail(Code code) {
        fail(trees.failures().of(code, verb() + " " + path));
    }

    private void fail(StoreException cause) {
        result.completeExceptionally(cause);
    }
}
