package dev.rollcall.zookeeper;

import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** A node that is being read because of events, and what those that came since the read was asked for say about its answer. */
final class NodeRead {
    private static final long NONE = Long.MIN_VALUE;

    private boolean overtaken;
    private EventType latest;
    private long latestZxid;
    private long writtenZxid = NONE;
    private boolean onPurpose;

    NodeRead(EventType type, long zxid) {
        latest = type;
        note(type, zxid);
    }

    /** Another event, while the answer is awaited. */
    void event(EventType type, long zxid) {
        overtaken = true;
        note(type, zxid);
    }

    /** The request goes out again. */
    void again() {
        overtaken = false;
    }

    /** Whether the answer may be older than the latest event, so that it has to be asked for again. */
    boolean isOutdated(Code code, @Nullable Stat stat) {
        if (!overtaken) {
            return false;
        }
        if (code == Code.NONODE) {
            return latest != EventType.NodeDeleted;
        }
        return stat == null || latestZxid <= 0 || stat.getMzxid() < latestZxid;
    }

    /**
     * Whether the node, if it is gone, was deleted by its owner: written and deleted in one transaction, or, where the server doesn't tell
     * transactions, right after each other.
     */
    boolean isOnPurpose() {
        return onPurpose;
    }

    long zxid() {
        return latestZxid;
    }

    private void note(EventType type, long zxid) {
        onPurpose = type == EventType.NodeDeleted && writtenZxid == zxid;
        writtenZxid = type == EventType.NodeDataChanged ? zxid : NONE;
        latest = type;
        latestZxid = zxid;
    }
}
