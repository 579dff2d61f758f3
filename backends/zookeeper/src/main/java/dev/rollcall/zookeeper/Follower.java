package dev.rollcall.zookeeper;

import dev.rollcall.StoreException;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/**
 * Follows a part of the tree: sets a watch on it, which may come before the node does, then lists it; from then on the watch tells. What happened
 * while no server was heard the watch doesn't tell, so each time that one is heard again, and is as new as whatever was seen before, the list is
 * made anew. State is confined to a {@link Serial}.
 */
abstract class Follower implements Backend.Watch, Connection.Listener {
    final TreeWatches trees;
    final String path;
    final Serial turn = new Serial();
    final Gate gate = new Gate();

    private int tries;
    private boolean listedBefore;
    private @Nullable Session watchedBy;
    private @Nullable Session session;

    /** Counts the lists begun: what was asked for an earlier one is of no interest any more. Counted in turn. */
    private final AtomicInteger round = new AtomicInteger();

    Follower(TreeWatches trees, String path) {
        this.trees = trees;
        this.path = path;
    }

    final void start() {
        trees.connection().add(this);
    }

    @Override
    public final void close() {
        if (gate.close()) {
            trees.connection().remove(this);
            trees.remove(this);
        }
    }

    /** Asks for what is there now; {@link #listed()} when the answers are in, {@link #failed} when they can't be had. */
    abstract void list(Session under);

    /** Forgets what was asked. */
    abstract void reset();

    abstract void interrupted(StoreException cause);

    /** Whether an answer to what was asked in that round is still of interest. */
    final boolean isCurrent(int asked) {
        return round.get() == asked && !gate.isClosed();
    }

    final int round() {
        return round.get();
    }

    final @Nullable Session session() {
        return session;
    }

    final void listed() {
        tries = 0;
        listedBefore = true;
    }

    final void failed(Code code, String what) {
        failed(trees.failures().of(code, what));
    }

    /** Makes the list anew after a pause that grows. */
    final void failed(StoreException cause) {
        stop();
        gate.call(() -> interrupted(cause));
        tries++;
        BackendContext context = trees.context();
        context.loop().execute(() -> {
            Duration pause = context.backoff().pause(tries, context.random());
            context.loop().schedule(pause, this::resume);
        });
    }

    @Override
    public final void connected(Session connected, boolean sameHandle) {
        // the list waits until the server has caught up
    }

    @Override
    public final void caughtUp(Session connected) {
        turn.run(() -> {
            if (listedBefore) {
                EventLoop loop = trees.context().loop();
                loop.execute(() -> loop.schedule(trees.jitter(), this::resume));
            } else {
                begin(connected);
            }
        });
    }

    @Override
    public final void disconnected(StoreException cause) {
        turn.run(() -> {
            stop();
            gate.call(() -> interrupted(cause));
        });
    }

    @Override
    public final void expired(long sessionId, StoreException cause) {
        // others' nodes don't depend on our session, and its handle's end has been told
    }

    @Override
    public final void silent(StoreException cause) {
        // has been told as a disconnection
    }

    private void resume() {
        turn.run(() -> {
            Session ready = trees.connection().ready();
            if (ready != null) {
                begin(ready);
            }
        });
    }

    private void stop() {
        session = null;
        round.incrementAndGet();
        reset();
    }

    private void begin(Session under) {
        if (session == under || gate.isClosed()) {
            return;
        }
        stop();
        session = under;
        int asked = round.get();
        trees.lists().acquire(() -> {
            if (!isCurrent(asked)) {
                trees.lists().release();
                return;
            }
            turn.run(() -> watchAndList(under, asked));
        });
    }

    private void watchAndList(Session under, int asked) {
        if (watchedBy == under) {
            trees.lists().release();
            list(under);
            return;
        }
        trees.watch(under, path, (code, nothing) -> {
            trees.lists().release();
            if (gate.isClosed()) {
                trees.unwatchUnlessFollowed(path);
            }
            turn.run(() -> {
                if (!isCurrent(asked)) {
                    return;
                }
                if (code == Code.OK) {
                    watchedBy = under;
                    list(under);
                } else {
                    failed(code, "watching " + path);
                }
            });
        });
    }
}
