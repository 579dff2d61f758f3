package dev.rollcall.zookeeper;

import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.ACL;

/**
 * Makes the nodes above instances: as a layout wants them. Containers the server removes when a service is no more; where it is too old for
 * that they are ordinary nodes. Thread-safe.
 */
final class ServiceNodes {
    private static final byte[] NOTHING = new byte[0];

    private final List<ACL> acl;
    private volatile boolean tooOld;

    ServiceNodes(List<ACL> acl) {
        this.acl = acl;
    }

    /** Makes a node and those above it, as far as they are missing. */
    void create(Session session, String path, CreateMode wanted, Reply<Void> reply) {
        CreateMode how = wanted == CreateMode.CONTAINER && tooOld ? CreateMode.PERSISTENT : wanted;
        session.create(path, NOTHING, acl, how, (code, stat) -> {
            switch (code) {
                case OK, NODEEXISTS -> reply.accept(Code.OK, null);
                case NONODE ->
                    create(session, Layout.parent(path), wanted, (above, nothing) -> {
                        if (above == Code.OK) {
                            createBelow(session, path, wanted, reply);
                        } else {
                            reply.accept(above, null);
                        }
                    });
                case UNIMPLEMENTED -> {
                    if (how == CreateMode.CONTAINER) {
                        tooOld = true;
                        create(session, path, wanted, reply);
                    } else {
                        reply.accept(code, null);
                    }
                }
                default -> reply.accept(code, null);
            }
        });
    }

    /** Whoever asked tries again in any case, and finds out if the node above is gone again already. */
    private void createBelow(Session session, String path, CreateMode wanted, Reply<Void> reply) {
        session.create(
                path,
                NOTHING,
                acl,
                wanted == CreateMode.CONTAINER && tooOld ? CreateMode.PERSISTENT : wanted,
                (code, stat) -> reply.accept(code == Code.NODEEXISTS || code == Code.NONODE ? Code.OK : code, null));
    }
}
