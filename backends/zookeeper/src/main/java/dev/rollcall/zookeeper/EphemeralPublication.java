package dev.rollcall.zookeeper;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.PublicationListener;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * One ephemeral node of ours. {@link PutOperation}, {@link FarewellOperation} and {@link RemoveOperation} do the writing; this knows whether the node is held, and
 * judges what {@link OwnNodes} sees happen to it. State is confined to a {@link Serial}.
 *
 * <p>Design note: within a session ZooKeeper carries requests out in the order in which they were sent, and refuses those that reach it
 * over an earlier connection; so a removal comes after every creation that went unanswered. A session that a server has called over can
 * create nothing. That leaves no earlier write that could bring a removed node back.
 */
final class EphemeralPublication implements Publication {

    /** What is believed of the node, before asking. */
    enum Belief {
        /** It isn't there, or isn't ours. */
        ABSENT,
        /** It is ours, in {@link #heldBy}, at {@link #version}. */
        OURS,
        /** A write went unanswered, or the node was not heard of for long. */
        UNCERTAIN
    }

    final Layout layout;
    final String service;
    final String path;
    final Serial turn = new Serial();

    private final OwnNodes nodes;
    private final PublicationListener listener;
    private final Gate calls = new Gate();
    private final long registeredAtMillis;

    // confined to turn
    private Belief belief = Belief.ABSENT;
    private long heldBy;
    private int version;
    private long writtenAt;
    private boolean unanswered;
    private boolean held;
    private boolean displaced;
    private boolean watchWanted;
    private @Nullable Session watchedBy;
    private @Nullable Operation underWay;

    EphemeralPublication(
            Layout layout, String service, String node, OwnNodes nodes, PublicationListener listener, long nowMillis) {
        this.layout = layout;
        this.service = service;
        this.path = layout.service(service) + "/" + node;
        this.nodes = nodes;
        this.listener = listener;
        this.registeredAtMillis = nowMillis;
    }

    @Override
    public CompletionStage<Void> put(Instance instance) {
        byte[] data = layout.write(instance, registeredAtMillis);
        if (data.length > OwnNodes.MAX_BYTES) {
            return CompletableFuture.failedFuture(nodes.failures().tooLarge(path, data.length, OwnNodes.MAX_BYTES));
        }
        return begin(new PutOperation(this, nodes, data));
    }

    @Override
    public CompletionStage<Void> farewell(Instance leaving) {
        return begin(new FarewellOperation(this, nodes, layout.write(leaving, registeredAtMillis)));
    }

    @Override
    public CompletionStage<Void> remove() {
        calls.close();
        return begin(new RemoveOperation(this, nodes));
    }

    private CompletionStage<Void> begin(Operation operation) {
        turn.run(() -> {
            if (underWay != null) {
                underWay.abandon();
            }
            underWay = operation;
            operation.start();
        });
        return operation.result();
    }

    // What the operations need to know and tell, all of it in turn.

    Belief belief(Session session) {
        return belief == Belief.OURS && heldBy != session.id() ? Belief.ABSENT : belief;
    }

    int version() {
        return version;
    }

    /** Whether a write that went unanswered may still be on its way. */
    boolean isUnanswered() {
        return unanswered;
    }

    /** The node is ours and holds what we want. */
    void won(Session session, int newVersion, long newWrittenAt) {
        belief = Belief.OURS;
        heldBy = session.id();
        version = newVersion;
        writtenAt = newWrittenAt;
        held = true;
        displaced = false;
        unanswered = false;
        underWay = null;
        if (watchedBy != session) {
            wantWatch(false);
        }
    }

    /** @param unknown whether the store may have carried it out */
    void failed(boolean unknown) {
        belief = Belief.UNCERTAIN;
        unanswered |= unknown;
        underWay = null;
    }

    void removed() {
        belief = Belief.ABSENT;
        unanswered = false;
        underWay = null;
        nodes.forget(this);
    }

    // What happens to the node.

    /** Makes sure that the node is watched under this handle, if anybody wants to know. */
    void connected(boolean sameHandle) {
        turn.run(() -> {
            if (!sameHandle) {
                watchedBy = null;
            }
            if (watchedBy == null) {
                wantWatch(false);
            }
        });
    }

    /** The watch has fired and is spent. */
    void fired() {
        turn.run(() -> {
            watchedBy = null;
            wantWatch(true);
        });
    }

    /** Looks at the node and watches it on; calls back when answered. */
    void look(Session session, Runnable done) {
        turn.run(() -> {
            watchWanted = false;
            if (!isFollowed()) {
                done.run();
                return;
            }
            watchedBy = session;
            session.look(path, nodes.watcher(), nodes.deadlines().limit((code, stat) -> {
                turn.run(() -> looked(session, code, stat));
                done.run();
            }));
        });
    }

    void expired(long sessionId, StoreException cause) {
        turn.run(() -> {
            watchedBy = null;
            if (belief != Belief.OURS || heldBy == sessionId) {
                belief = Belief.ABSENT;
                unanswered = false;
                lose(cause);
            }
        });
    }

    void silent(StoreException cause) {
        turn.run(() -> {
            belief = Belief.UNCERTAIN;
            lose(cause);
        });
    }

    private void looked(Session session, Code code, @Nullable Stat stat) {
        if (watchedBy != session || !isFollowed()) {
            return;
        }
        if (code == Code.NONODE) {
            if (displaced) {
                displaced = false;
                calls.call(() -> listener.lost(nodes.failures().left(path)));
            } else if (underWay == null) {
                belief = Belief.ABSENT;
                lose(nodes.failures().deleted(path));
            }
        } else if (code != Code.OK || stat == null) {
            if (code == Code.NOAUTH) {
                displace(nodes.failures().displacedUnseen(path));
            }
            watchedBy = null;
            nodes.later(() -> turn.run(() -> wantWatch(false)));
        } else if (stat.getEphemeralOwner() != session.id()) {
            // one of a session of ours that is over is about to go
            if (!nodes.isOurs(stat.getEphemeralOwner())) {
                displace(nodes.failures().displaced(path, stat.getEphemeralOwner()));
            }
        } else if (underWay == null) {
            inspect(stat);
        }
    }

    private void inspect(Stat stat) {
        if (writtenAt < 0 || displaced) {
            writtenAt = stat.getMzxid();
            version = stat.getVersion();
        } else if (stat.getMzxid() > writtenAt) {
            belief = Belief.UNCERTAIN;
            lose(nodes.failures().overwritten(path));
        }
    }

    private void displace(StoreException cause) {
        belief = Belief.ABSENT;
        if (held && underWay == null) {
            held = false;
            displaced = true;
            calls.call(() -> listener.displaced(cause));
        }
    }

    private boolean isFollowed() {
        return (held || displaced) && !calls.isClosed();
    }

    /** @param atOnce before those that wait for a quiet moment */
    private void wantWatch(boolean atOnce) {
        if (isFollowed() && !watchWanted) {
            watchWanted = true;
            nodes.watch(this, atOnce);
        }
    }

    private void lose(StoreException cause) {
        if (held) {
            held = false;
            calls.call(() -> listener.lost(cause));
        }
    }
}
