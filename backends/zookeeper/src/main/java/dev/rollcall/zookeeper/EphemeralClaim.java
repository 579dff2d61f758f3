package dev.rollcall.zookeeper;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.Claim;
import dev.rollcall.spi.ClaimListener;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.jspecify.annotations.Nullable;

/**
 * One place in a line: an ephemeral sequential node. It is ordered by its sequence, its token is its czxid, and it watches itself and the one before it, so
 * that a release wakes one. State is confined to a {@link Serial}.
 *
 * <p>Design note: within a session ZooKeeper carries requests out in the order in which they were sent and refuses those that reach it over an earlier
 * connection. So what a creation that went unanswered has left is found, by its id, by whoever looks after the server has caught up.
 */
final class EphemeralClaim implements Claim {
    private final String line;
    private final byte[] data;
    private final String id = UUID.randomUUID().toString();
    private final ClaimListener listener;
    private final ZooKeeperClaims claims;
    private final Serial turn = new Serial();
    private final Gate calls = new Gate();

    // confined to turn
    private @Nullable String own;
    private long token;
    private boolean sent;
    private boolean gone;
    private String watched = "";
    private volatile long sessionId;

    EphemeralClaim(String line, String data, ClaimListener listener, ZooKeeperClaims claims) {
        this.line = line;
        this.data = data.getBytes(StandardCharsets.UTF_8);
        this.listener = listener;
        this.claims = claims;
    }

    void begin() {
        claims.connection.session((code, session) -> turn.run(() -> {
            if (calls.isClosed()) {
                return;
            }
            if (session == null) {
                lose(claims.connection.isClosed() ? claims.failures.closed() : claims.failures.unreachable());
            } else {
                sent = true;
                sessionId = session.id();
                create(session, true);
            }
        }));
    }

    private void create(Session session, boolean mayCreateParents) {
        String path = line + "/" + ClaimNodes.prefix(id);
        session.createSequential(path, data, claims.acl, limited((code, created) -> {
            if (code == Code.OK && created != null) {
                own = created.name();
                token = created.czxid();
                look();
            } else if (code == Code.NONODE && mayCreateParents && !calls.isClosed()) {
                claims.parents.create(session, line, CreateMode.CONTAINER, limited((above, nothing) -> {
                    if (above == Code.OK) {
                        create(session, false);
                    } else {
                        lose(claims.failures.of(above, "creating " + line));
                    }
                }));
            } else {
                lose(claims.failures.of(code, "claiming " + line));
            }
        }));
    }

    private <T> Reply<T> limited(Reply<T> reply) {
        return claims.deadlines.limit((code, value) -> turn.run(() -> reply.accept(code, value)));
    }

    /** Finds out where it stands. */
    void look() {
        turn.run(() -> {
            Session session = claims.connection.ready();
            String node = own;
            if (session == null || node == null || calls.isClosed()) {
                return; // a look comes when the server has caught up
            }
            session.list(line, limited((code, children) -> {
                if (calls.isClosed() || session != claims.connection.ready()) {
                    return;
                }
                if (code == Code.OK && children != null && children.names().contains(node)) {
                    watch(session, node, children.names());
                } else if (code == Code.OK || code == Code.NONODE) {
                    lose(claims.failures.deleted(line + "/" + node));
                } else {
                    retry(code);
                }
            }));
        });
    }

    /** A node that is gone when its watch is set has made all that was listed out of date. */
    private void watch(Session session, String node, List<String> names) {
        Optional<String> before = ClaimNodes.before(node, names);
        String next = line + "/" + before.orElse(node);
        watched = next;
        session.look(line + "/" + node, claims.watcher, limited((code, stat) -> {
            if (code != Code.OK) {
                retry(code);
            } else if (before.isEmpty()) {
                calls.call(() -> listener.held(token));
            }
        }));
        if (before.isPresent()) {
            session.look(next, claims.watcher, limited((code, stat) -> {
                if (code != Code.OK) {
                    retry(code);
                } else {
                    calls.call(listener::waiting);
                }
            }));
        }
    }

    private void retry(Code code) {
        if (code == Code.NONODE) {
            look();
        } else if (!calls.isClosed()) {
            StoreException cause = claims.failures.of(code, "looking at " + line);
            calls.call(() -> listener.interrupted(cause));
            claims.later(this::look);
        }
    }

    /** Something happened to a node that is watched. */
    void fired(String path) {
        turn.run(() -> {
            if (path.equals(watched) || path.equals(line + "/" + own)) {
                look();
            }
        });
    }

    void disconnected(StoreException cause) {
        turn.run(() -> calls.call(() -> listener.interrupted(cause)));
    }

    void expired(long over, StoreException cause) {
        turn.run(() -> {
            if (over == sessionId) {
                gone = true;
                lose(cause);
            }
        });
    }

    void lose(StoreException cause) {
        turn.run(() -> {
            claims.forget(this);
            calls.call(() -> listener.lost(cause));
            calls.close();
        });
    }

    @Override
    public long confirmedUntilNanos() {
        return claims.connection.confirmedUntilNanos(sessionId);
    }

    @Override
    public CompletionStage<Void> release() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        calls.close();
        turn.run(() -> {
            claims.forget(this);
            if (!sent || gone) {
                stage.complete(null);
                return;
            }
            claims.connection.session((code, session) -> turn.run(() -> {
                if (session == null) {
                    fail(stage, code);
                } else if (own != null) {
                    delete(session, List.of(line + "/" + own), stage);
                } else {
                    find(session, stage);
                }
            }));
        });
        return stage;
    }

    /** A creation that was not answered may have been carried out. */
    private void find(Session session, CompletableFuture<Void> stage) {
        session.sync(line, limited((synced, path) -> {
            if (synced != Code.OK) {
                fail(stage, synced);
                return;
            }
            session.list(line, limited((code, children) -> {
                if (code == Code.OK && children != null) {
                    List<String> ours = children.names().stream()
                            .filter(name -> name.startsWith(ClaimNodes.prefix(id)))
                            .map(name -> line + "/" + name)
                            .toList();
                    delete(session, ours, stage);
                } else if (code == Code.NONODE) {
                    stage.complete(null);
                } else {
                    fail(stage, code);
                }
            }));
        }));
    }

    private void delete(Session session, List<String> nodes, CompletableFuture<Void> stage) {
        if (nodes.isEmpty()) {
            stage.complete(null);
            return;
        }
        List<Op> deletions = nodes.stream().map(node -> Op.delete(node, -1)).toList();
        session.multi(deletions, limited((code, results) -> {
            if (code == Code.OK || code == Code.NONODE) {
                stage.complete(null);
            } else {
                fail(stage, code);
            }
        }));
    }

    private void fail(CompletableFuture<Void> stage, Code code) {
        stage.completeExceptionally(
                claims.connection.isClosed()
                        ? new StoreException(Kind.CLOSED, line + ": the client is closed")
                        : claims.failures.of(code, "releasing " + line));
    }
}
