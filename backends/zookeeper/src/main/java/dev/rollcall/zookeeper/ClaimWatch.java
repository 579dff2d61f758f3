package dev.rollcall.zookeeper;

import dev.rollcall.StoreException;
import dev.rollcall.spi.ClaimHolder;
import dev.rollcall.spi.ClaimSink;
import dev.rollcall.spi.ClaimStore;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.zookeeper.KeeperException.Code;

/** Follows who is the first in a line: lists it whenever somebody joins or leaves it, once at a time, and reads the first. */
final class ClaimWatch extends Follower {
    private final ClaimSink sink;

    // confined to turn
    private boolean looking;
    private boolean again;

    ClaimWatch(String line, ClaimSink sink, TreeWatches trees) {
        super(trees, line);
        this.sink = sink;
    }

    /** Somebody has joined the line or left it. */
    void event() {
        turn.run(() -> {
            Session session = session();
            if (session != null) {
                list(session);
            }
        });
    }

    @Override
    void reset() {
        looking = false;
        again = false;
    }

    @Override
    void interrupted(StoreException cause) {
        sink.interrupted(cause);
    }

    @Override
    void list(Session session) {
        if (looking) {
            again = true;
            return;
        }
        looking = true;
        session.list(path, current((code, children) -> {
            if (code != Code.OK && code != Code.NONODE) {
                failed(code, "listing " + path);
                return;
            }
            Optional<String> first = children == null ? Optional.empty() : ClaimNodes.first(children.names());
            long revision = children == null ? 0 : children.stat().getPzxid();
            if (first.isEmpty()) {
                tell(session, Optional.empty(), revision);
            } else {
                read(session, path + "/" + first.get(), revision);
            }
        }));
    }

    private void read(Session session, String node, long revision) {
        session.read(node, current((code, read) -> {
            if (code == Code.OK && read != null) {
                byte[] data = read.data();
                int length = Math.min(data.length, ClaimStore.MAX_DATA_BYTES);
                String text = new String(data, 0, length, StandardCharsets.UTF_8);
                tell(session, Optional.of(new ClaimHolder(text, read.stat().getCzxid())), revision);
            } else if (code == Code.NONODE) {
                looking = false;
                list(session);
            } else {
                failed(code, "reading " + node);
            }
        }));
    }

    private <T> Reply<T> current(Reply<T> reply) {
        int asked = round();
        return trees.deadlines()
                .limit((code, value) -> turn.run(() -> {
                    if (isCurrent(asked)) {
                        reply.accept(code, value);
                    }
                }));
    }

    private void tell(Session session, Optional<ClaimHolder> holder, long revision) {
        looking = false;
        listed();
        gate.call(() -> sink.holder(holder, revision));
        if (again) {
            again = false;
            list(session);
        }
    }
}
