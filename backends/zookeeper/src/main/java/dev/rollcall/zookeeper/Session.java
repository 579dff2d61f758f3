package dev.rollcall.zookeeper;

import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * One handle on a session: its requests, none of which waits. Replies and events come on the handle's one event thread in
 * the order in which the server sent them; that is what tells a reply that knows of an event from one that doesn't. Thread-safe.
 */
final class Session {

    /** A node as it was read. */
    static final class Node {
        private final byte @Nullable [] data;
        private final Stat stat;

        private Node(byte @Nullable [] data, Stat stat) {
            this.data = data;
            this.stat = stat;
        }

        /** The data; empty where there is none. */
        byte[] data() {
            return data == null ? new byte[0] : data;
        }

        /** Whether it was written with data, be it empty, rather than with none. */
        boolean hasData() {
            return data != null;
        }

        Stat stat() {
            return stat;
        }
    }

    /** A node's children as they were listed. */
    record Children(List<String> names, Stat stat) {}

    /** A node that was made, by its name without what is above. */
    record Created(String name, long czxid) {}

    private final ZooKeeper handle;
    private final long openedNanos;
    private volatile boolean connected;
    private volatile boolean everConnected;
    private volatile boolean over;

    Session(ZooKeeper handle, long openedNanos) {
        this.handle = handle;
        this.openedNanos = openedNanos;
    }

    /** The session's id; 0 until a server has granted one. */
    long id() {
        return handle.getSessionId();
    }

    byte[] password() {
        return handle.getSessionPasswd();
    }

    /** How long the server keeps the session without hearing from it; zero or less if none has been granted, or it was refused. */
    int timeoutMillis() {
        return handle.getSessionTimeout();
    }

    boolean isConnected() {
        return connected;
    }

    /** Takes note that the handle has ended, and whether the session with it. */
    void markEnded(long nowNanos, long ttlNanos) {
        // a server's refusal sets the timeout to zero; a handle that was never connected is refused at its first
        // contact or not at all,
        // long before it gives up by itself
        over = everConnected ? handle.getSessionTimeout() <= 0 : nowNanos - openedNanos < ttlNanos;
    }

    /** Whether the session is over by a server's word. */
    boolean isOver() {
        return over;
    }

    /** True if that is news. */
    boolean markConnected(boolean now) {
        boolean before = connected;
        connected = now;
        everConnected |= now;
        return before != now;
    }

    void create(String path, byte @Nullable [] data, List<ACL> acl, CreateMode mode, Reply<Stat> reply) {
        handle.create(path, data, acl, mode, (rc, p, ctx, name, stat) -> answer(reply, rc, stat), null);
    }

    /** Makes an ephemeral node whose name ends in a number larger than that of any before it. */
    void createSequential(String path, byte[] data, List<ACL> acl, Reply<Created> reply) {
        handle.create(
                path,
                data,
                acl,
                CreateMode.EPHEMERAL_SEQUENTIAL,
                (rc, p, ctx, made, stat) -> answer(
                        reply,
                        rc,
                        rc == 0 ? new Created(made.substring(made.lastIndexOf('/') + 1), stat.getCzxid()) : null),
                null);
    }

    void write(String path, byte @Nullable [] data, int version, Reply<Stat> reply) {
        handle.setData(path, data, version, (rc, p, ctx, stat) -> answer(reply, rc, stat), null);
    }

    void multi(List<Op> operations, Reply<List<OpResult>> reply) {
        handle.multi(operations, (rc, p, ctx, results) -> answer(reply, rc, results), null);
    }

    void read(String path, Reply<Node> reply) {
        handle.getData(
                path, false, (rc, p, ctx, data, stat) -> answer(reply, rc, rc == 0 ? node(data, stat) : null), null);
    }

    /** Reads some nodes in one request, which costs a server little more than one node. Each has a result of its own, in order. */
    void readAll(List<String> paths, Reply<List<OpResult>> reply) {
        List<Op> reads = new ArrayList<>(paths.size());
        for (String path : paths) {
            reads.add(Op.getData(path));
        }
        // the code is that of the first node that can't be read, in which case there are results all the same
        handle.multi(reads, (rc, p, ctx, results) -> answer(reply, results == null ? rc : 0, results), null);
    }

    /** What one of the results of {@link #readAll} says. */
    static void accept(OpResult result, Reply<Node> reply) {
        if (result instanceof OpResult.GetDataResult read) {
            reply.accept(Code.OK, node(read.getData(), read.getStat()));
        } else {
            Code code = result instanceof OpResult.ErrorResult error ? Code.get(error.getErr()) : null;
            reply.accept(code == null ? Code.SYSTEMERROR : code, null);
        }
    }

    /** @param watcher is told once when the node is created, written or deleted; null to watch nothing */
    void look(String path, @Nullable Watcher watcher, Reply<Stat> reply) {
        handle.exists(path, watcher, (rc, p, ctx, stat) -> answer(reply, rc, stat), null);
    }

    void list(String path, Reply<Children> reply) {
        handle.getChildren(
                path,
                false,
                (rc, p, ctx, names, stat) -> answer(reply, rc, rc == 0 ? new Children(names, stat) : null),
                null);
    }

    /** Brings the server that this handle is connected to up to what the leader has committed by now. */
    void sync(String path, Reply<String> reply) {
        handle.sync(path, (rc, p, ctx) -> answer(reply, rc, rc == 0 ? p : null), null);
    }

    /** Watches a node, which need not exist, and everything below it, until the handle ends. */
    void watchTree(String path, Watcher watcher, Reply<String> reply) {
        handle.addWatch(
                path,
                watcher,
                AddWatchMode.PERSISTENT_RECURSIVE,
                (rc, p, ctx) -> answer(reply, rc, rc == 0 ? p : null),
                null);
    }

    /** Ends {@link #watchTree} of this path, for all watchers: the form of the request that the server itself forgets its watch by. */
    void unwatchTree(String path) {
        handle.removeAllWatches(path, Watcher.WatcherType.Any, true, (rc, p, ctx) -> {}, null);
    }

    /** ZooKeeper hands out null for the data of a node that was created with none. */
    private static Node node(byte @Nullable [] data, Stat stat) {
        return new Node(data, stat);
    }

    private static <T> void answer(Reply<T> reply, int rc, @Nullable T value) {
        Code code = Code.get(rc);
        reply.accept(code == null ? Code.SYSTEMERROR : code, rc == 0 ? value : null);
    }
}
