package dev.rollcall.zookeeper;

import dev.rollcall.StoreException;
import dev.rollcall.spi.InstanceSink;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.jspecify.annotations.Nullable;

/**
 * Follows a service's instances. An event says only that a node changed, so the node is read, and what is reported is what was
 * read: a node that was deleted and made again is never reported as gone, and since a handle's answers come in order, never is an older state
 * reported after a newer one. Remembers nothing of the nodes but those being read.
 */
final class InstanceWatch extends Follower {
    /** How many nodes one request reads. The answer must not exceed what the client accepts, and a node has up to 1 MiB. */
    private static final int BATCH = 32;

    /** How many requests of one list ask for their turn at a time; the bound on those of all lists is the {@link Window}'s. */
    private static final int MAX_WAITING_READS = 8;

    private final InstanceSink sink;
    private final Members members;

    // confined to turn
    private final Map<String, NodeRead> reads = new HashMap<>();
    private boolean listing;
    private Iterator<String> toRead = Collections.emptyIterator();
    private int unread;
    private long revision;

    InstanceWatch(String service, Layout layout, InstanceSink sink, TreeWatches trees) {
        super(trees, layout.service(service));
        this.sink = sink;
        this.members = layout.members(service, gate, sink);
    }

    void event(EventType type, String node, long zxid) {
        turn.run(() -> {
            Session session = session();
            if (session == null) {
                return; // a list is about to be made
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
        members.reset();
        toRead = Collections.emptyIterator();
    }

    @Override
    void interrupted(StoreException cause) {
        sink.interrupted(cause);
    }

    @Override
    void list(Session session) {
        int asked = round();
        listing = true;
        members.listing();
        unread = 0;
        session.list(
                path,
                trees.deadlines()
                        .limit((code, children) -> turn.run(() -> {
                            if (!isCurrent(asked)) {
                                return;
                            }
                            if (code == Code.OK && children != null) {
                                revision = children.stat().getPzxid();
                                unread = children.names().size();
                                toRead = children.names().iterator();
                                for (int i = 0; i < MAX_WAITING_READS; i++) {
                                    readNext(session);
                                }
                            } else if (code != Code.NONODE) {
                                failed(code, "listing " + path);
                                return;
                            }
                            reportListIfComplete();
                        })));
    }

    private void readNext(Session session) {
        List<String> nodes = new ArrayList<>(BATCH);
        while (toRead.hasNext() && nodes.size() < BATCH) {
            nodes.add(toRead.next());
        }
        if (nodes.isEmpty()) {
            return;
        }
        int asked = round();
        trees.lists().acquire(() -> {
            if (!isCurrent(asked)) {
                trees.lists().release();
                return;
            }
            List<String> paths = nodes.stream().map(node -> path + "/" + node).toList();
            session.readAll(paths, trees.deadlines().limit((code, results) -> {
                trees.lists().release();
                turn.run(() -> {
                    if (isCurrent(asked)) {
                        readForList(session, nodes, code, results);
                    }
                });
            }));
        });
    }

    private void readForList(Session session, List<String> nodes, Code code, @Nullable List<OpResult> results) {
        if (code != Code.OK || results == null || results.size() != nodes.size()) {
            failed(code, "reading " + nodes.size() + " nodes of " + path);
            return;
        }
        for (int i = 0; i < nodes.size(); i++) {
            String node = nodes.get(i);
            Session.accept(results.get(i), (each, content) -> take(node, each, content, false));
        }
        unread -= nodes.size();
        readNext(session);
        reportListIfComplete();
    }

    private void reportListIfComplete() {
        if (unread == 0 && listing) {
            listing = false;
            listed();
            members.listed(revision);
        }
    }

    private void read(Session session, String node, NodeRead read) {
        int asked = round();
        trees.eventReads().acquire(() -> {
            if (!isCurrent(asked)) {
                trees.eventReads().release();
                return;
            }
            session.read(path + "/" + node, trees.deadlines().limit((code, content) -> {
                trees.eventReads().release();
                turn.run(() -> {
                    if (isCurrent(asked)) {
                        readForEvent(session, node, read, code, content);
                    }
                });
            }));
        });
    }

    private void readForEvent(Session session, String node, NodeRead read, Code code, Session.@Nullable Node content) {
        if (isLost(code)) {
            failed(code, "reading " + path + "/" + node);
        } else if (read.isOutdated(code, content == null ? null : content.stat())) {
            read.again();
            read(session, node, read);
        } else {
            reads.remove(node);
            revision = Math.max(revision, read.zxid());
            take(node, code, content, read.isOnPurpose());
        }
    }

    /** Makes of what was read a part of the list, or a change. */
    private void take(String node, Code code, Session.@Nullable Node content, boolean onPurpose) {
        if (content != null) {
            revision = Math.max(revision, content.stat().getMzxid());
            members.read(node, content, revision);
        } else if (code == Code.NOAUTH) {
            members.unreadable(node, "its ACL doesn't let this client read it", revision);
        } else {
            members.gone(node, onPurpose, revision);
        }
    }

    private static boolean isLost(Code code) {
        return code != Code.OK && code != Code.NONODE && code != Code.NOAUTH;
    }
}
