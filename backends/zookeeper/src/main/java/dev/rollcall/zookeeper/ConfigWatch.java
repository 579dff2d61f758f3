package dev.rollcall.zookeeper;

import dev.rollcall.StoreException;
import dev.rollcall.spi.ConfigRange;
import dev.rollcall.spi.ConfigSink;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.ConfigValue;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.jspecify.annotations.Nullable;

/**
 * Follows a node of the configuration, or all below it. As with {@link InstanceWatch} an event causes a read, and what is reported is what was read; unlike
 * there everything is remembered, as each report tells all. Nodes without data are but the way to others.
 */
final class ConfigWatch extends Follower {
    /** How many reads may go unreported while others are under way. */
    private static final int MAX_UNREPORTED = 64;

    private final ConfigRange range;
    private final ConfigSink sink;

    // confined to turn
    private final Map<String, ConfigValue> entries = new HashMap<>();
    private final Map<String, NodeRead> reads = new HashMap<>();
    private boolean listing;
    private int unseen;
    private int nodes;
    private int unreported;
    private long bytes;
    private long listRevision;
    private long revision;

    ConfigWatch(ConfigRange range, ConfigSink sink, TreeWatches trees) {
        super(trees, trees.configRoot() + (range.path().isEmpty() ? "" : "/" + range.path()));
        this.range = range;
        this.sink = sink;
    }

    /** Something happened to this node, or to one below it. */
    void event(EventType type, String node, long zxid) {
        turn.run(() -> {
            Session session = session();
            if (session == null || !range.contains(key(node))) {
                return;
            }
            NodeRead read = reads.get(node);
            if (read != null) {
                read.event(type, zxid);
            } else {
                NodeRead first = new NodeRead(type, zxid);
                reads.put(node, first);
                read(session, node, first);
            }
        });
    }

    @Override
    void reset() {
        reads.clear();
        listing = false;
    }

    @Override
    void interrupted(StoreException cause) {
        sink.interrupted(cause);
    }

    /** From the leader's present on, so that whoever begins to follow sees what anybody had written before. */
    @Override
    void list(Session session) {
        entries.clear();
        bytes = 0;
        nodes = 0;
        listRevision = 0;
        listing = true;
        unseen = 1;
        ask(trees.lists(), (Reply<String> reply) -> session.sync(path, reply), (code, synced) -> {
            if (code == Code.OK) {
                visit(session, path);
            } else {
                failed(code, "catching up at " + path);
            }
        });
    }

    private void visit(Session session, String node) {
        ask(trees.lists(), (Reply<Session.Node> reply) -> session.read(node, reply), (code, read) -> {
            if (isLost(node, code)) {
                failed(code, "reading " + node);
                return;
            }
            take(node, read);
            if (read != null && range.isPrefix() && read.stat().getNumChildren() > 0) {
                visitChildren(session, node);
            }
            seen();
        });
    }

    private void visitChildren(Session session, String node) {
        unseen++;
        ask(trees.lists(), (Reply<Session.Children> reply) -> session.list(node, reply), (code, children) -> {
            if (isLost(node, code)) {
                failed(code, "listing " + node);
                return;
            }
            if (children != null) {
                listRevision = Math.max(listRevision, children.stat().getPzxid());
                nodes += children.names().size();
                if (nodes > ConfigStore.MAX_ENTRIES) {
                    failed(ConfigStore.tooMuch(range));
                    return;
                }
                unseen += children.names().size();
                children.names().forEach(name -> visit(session, node + "/" + name));
            }
            seen();
        });
    }

    private void seen() {
        if (--unseen > 0 || !listing) {
            return;
        }
        listing = false;
        // a node that is not there has no revision; one that was there has left it above
        revision = listRevision == 0 ? revision : listRevision;
        if (!isTooMuch()) {
            listed();
        }
        report();
    }

    private void read(Session session, String node, NodeRead event) {
        ask(trees.eventReads(), (Reply<Session.Node> reply) -> session.read(node, reply), (code, read) -> {
            if (isLost(node, code)) {
                failed(code, "reading " + node);
            } else if (event.isOutdated(code, read == null ? null : read.stat())) {
                event.again();
                read(session, node, event);
            } else {
                reads.remove(node);
                revision = Math.max(revision, event.zxid());
                take(node, read);
                if (!listing && (reads.isEmpty() || ++unreported >= MAX_UNREPORTED)) {
                    report();
                }
            }
        });
    }

    private void take(String node, Session.@Nullable Node read) {
        String key = key(node);
        ConfigValue value = null;
        if (read != null) {
            long latest = Math.max(read.stat().getMzxid(), read.stat().getPzxid());
            listRevision = Math.max(listRevision, latest);
            revision = listing ? revision : Math.max(revision, latest);
            value = read.hasData() ? ConfigValue.of(read.data(), read.stat().getMzxid()) : null;
        }
        if (range.contains(key)) {
            ConfigValue before = value == null ? entries.remove(key) : entries.put(key, value);
            bytes += (value == null ? 0 : value.bytes().length) - (before == null ? 0 : before.bytes().length);
        }
    }

    private void report() {
        unreported = 0;
        if (isTooMuch()) {
            failed(ConfigStore.tooMuch(range));
            return;
        }
        Map<String, ConfigValue> all = Map.copyOf(entries);
        gate.call(() -> sink.entries(all, revision));
    }

    private boolean isTooMuch() {
        return entries.size() > ConfigStore.MAX_ENTRIES || bytes > ConfigStore.MAX_BYTES;
    }

    /** Asks when there is room, and hands the answer over in turn unless nobody wants it any more. */
    private <T> void ask(Window window, Consumer<Reply<T>> question, Reply<T> reply) {
        int asked = round();
        window.acquire(() -> {
            if (!isCurrent(asked)) {
                window.release();
                return;
            }
            question.accept(trees.deadlines().limit((code, value) -> {
                window.release();
                turn.run(() -> {
                    if (isCurrent(asked)) {
                        reply.accept(code, value);
                    }
                });
            }));
        });
    }

    /** The node where configuration begins has the empty key, which is nobody's. */
    private String key(String node) {
        int start = trees.configRoot().length() + 1;
        return node.length() <= start ? "" : node.substring(start);
    }

    /** A node in between that can't be read hides what is below it; the one that is followed makes the watch fail. */
    private boolean isLost(String node, Code code) {
        return code != Code.OK && code != Code.NONODE && (code != Code.NOAUTH || node.equals(path));
    }
}
