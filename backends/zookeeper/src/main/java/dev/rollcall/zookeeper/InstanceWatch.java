package dev.rollcall.zookeeper;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import dev.rollcall.spi.Change;
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

    private final String service;
    private final InstanceSink sink;

    // confined to turn
    private final Map<String, NodeRead> reads = new HashMap<>();
    private @Nullable Map<String, Instance> found;
    private Iterator<String> toRead = Collections.emptyIterator();
    private int unread;
    private long revision;

    InstanceWatch(String service, InstanceSink sink, TreeWatches trees) {
        super(trees, trees.layout().service(service));
        this.service = service;
        this.sink = sink;
    }

    void event(EventType type, String id, long zxid) {
        turn.run(() -> {
            Session session = session();
            if (session == null) {
                return; // a list is about to be made
            }
            NodeRead read = reads.get(id);
            if (read != null) {
                read.event(type, zxid);
            } else {
                NodeRead first = new NodeRead(type, zxid);
                reads.put(id, first);
                read(session, id, first);
            }
        });
    }

    @Override
    void reset() {
        reads.clear();
        found = null;
        toRead = Collections.emptyIterator();
    }

    @Override
    void interrupted(StoreException cause) {
        sink.interrupted(cause);
    }

    @Override
    void list(Session session) {
        int asked = round();
        found = new HashMap<>();
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
        List<String> ids = new ArrayList<>(BATCH);
        while (toRead.hasNext() && ids.size() < BATCH) {
            ids.add(toRead.next());
        }
        if (ids.isEmpty()) {
            return;
        }
        int asked = round();
        trees.lists().acquire(() -> {
            if (!isCurrent(asked)) {
                trees.lists().release();
                return;
            }
            List<String> paths = ids.stream().map(id -> path + "/" + id).toList();
            session.readAll(paths, trees.deadlines().limit((code, results) -> {
                trees.lists().release();
                turn.run(() -> {
                    if (isCurrent(asked)) {
                        readForList(session, ids, code, results);
                    }
                });
            }));
        });
    }

    private void readForList(Session session, List<String> ids, Code code, @Nullable List<OpResult> results) {
        if (code != Code.OK || results == null || results.size() != ids.size()) {
            failed(code, "reading " + ids.size() + " nodes of " + path);
            return;
        }
        for (int i = 0; i < ids.size(); i++) {
            String id = ids.get(i);
            Session.accept(results.get(i), (each, node) -> take(id, each, node, false));
        }
        unread -= ids.size();
        readNext(session);
        reportListIfComplete();
    }

    private void reportListIfComplete() {
        if (unread == 0 && found != null) {
            List<Instance> all = new ArrayList<>(found.values());
            found = null;
            listed();
            gate.call(() -> sink.snapshot(all, revision));
        }
    }

    private void read(Session session, String id, NodeRead read) {
        int asked = round();
        trees.eventReads().acquire(() -> {
            if (!isCurrent(asked)) {
                trees.eventReads().release();
                return;
            }
            session.read(path + "/" + id, trees.deadlines().limit((code, node) -> {
                trees.eventReads().release();
                turn.run(() -> {
                    if (isCurrent(asked)) {
                        readForEvent(session, id, read, code, node);
                    }
                });
            }));
        });
    }

    private void readForEvent(Session session, String id, NodeRead read, Code code, Session.@Nullable Node node) {
        if (isLost(code)) {
            failed(code, "reading " + path + "/" + id);
        } else if (read.isOutdated(code, node == null ? null : node.stat())) {
            read.again();
            read(session, id, read);
        } else {
            reads.remove(id);
            revision = Math.max(revision, read.zxid());
            take(id, code, node, read.isOnPurpose());
        }
    }

    /** Makes of what was read a part of the list, or a change. */
    private void take(String id, Code code, Session.@Nullable Node node, boolean onPurpose) {
        Instance instance = null;
        if (node != null) {
            revision = Math.max(revision, node.stat().getMzxid());
            instance = decode(id, node.data());
        } else if (code == Code.NOAUTH) {
            undecodable(id, "its ACL doesn't let this client read it");
        }
        if (found != null) {
            if (instance != null) {
                found.put(id, instance);
            } else {
                found.remove(id);
            }
        } else {
            Change change = instance != null ? new Change.Put(instance) : new Change.Removed(id, onPurpose);
            gate.call(() -> sink.changed(List.of(change), revision));
        }
    }

    private @Nullable Instance decode(String id, byte[] data) {
        try {
            return trees.reader().read(service, id, data);
        } catch (InstanceReader.MalformedException e) {
            undecodable(id, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private void undecodable(String id, String reason) {
        gate.call(() -> sink.undecodable(path + "/" + id, reason));
    }

    private static boolean isLost(Code code) {
        return code != Code.OK && code != Code.NONODE && code != Code.NOAUTH;
    }
}
