package dev.rollcall.zookeeper;

import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.ACL;

/**
 * Makes the nodes above instances: as containers, like Curator, so that the server removes those of services that are no more; as
 * ordinary nodes where the server is too old for that. Thread-safe.
 */
final class ServiceNodes {
    private static final byte[] NOTHING = new byte[0];

    private final Layout layout;
    private final List<ACL> acl;
    private volatile CreateMode mode = CreateMode.CONTAINER;

    ServiceNodes(Layout layout, List<ACL> acl) {
        this.layout = layout;
        this.acl = acl;
    }

    /** Makes a service's node and those above it, as far as they are missing. */
    void create(Session session, String service, Reply<Void> reply) {
        create(session, layout.service(service), mode, reply);
    }

    /** Makes a node and those above it, in the same way, as far as they are missing. */
    void createPath(Session session, String path, Reply<Void> reply) {
        create(session, path, mode, reply);
    }

    private void create(Session session, String path, CreateMode how, Reply<Void> reply) {
        session.create(path, NOTHING, acl, how, (code, stat) -> {
            switch (code) {
                case OK, NODEEXISTS -> reply.accept(Code.OK, null);
                case NONODE ->
                    create(session, Layout.parent(path), mode, (above, nothing) -> {
                        if (above == Code.OK) {
                            createBelow(session, path, reply);
                        } else {
                            reply.accept(above, null);
                        }
                    });
                case UNIMPLEMENTED -> {
                    if (how == CreateMode.CONTAINER) {
                        mode = CreateMode.PERSISTENT;
                        create(session, path, CreateMode.PERSISTENT, reply);
                    } else {
                        reply.accept(code, null);
                    }
                }
                default -> reply.accept(code, null);
            }
        });
    }

    /** Whoever asked tries again in any case, and finds out if the node above is gone again already. */
    private void createBelow(Session session, String path, Reply<Void> reply) {
        session.create(
                path,
                NOTHING,
                acl,
                mode,
                (code, stat) -> reply.accept(code == Code.NODEEXISTS || code == Code.NONODE ? Code.OK : code, null));
    }
}
