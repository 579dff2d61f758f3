package dev.rollcall.zookeeper;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;

/** Makes the node hold our data under our session, with as few writes as what is there already allows. */
final class PutOperation extends Operation {
    private static final long UNKNOWN = -1;

    private final byte[] data;

    PutOperation(EphemeralPublication publication, OwnNodes nodes, byte[] data) {
        super(publication, nodes);
        this.data = data;
    }

    @Override
    void begin(Session session) {
        switch (publication.belief(session)) {
            case ABSENT -> create(session);
            case OURS -> overwrite(session, publication.version());
            case UNCERTAIN -> examine(session);
        }
    }

    private void create(Session session) {
        session.create(publication.path, data, nodes.acl(), CreateMode.EPHEMERAL, next((code, stat) -> {
            if (code == Code.OK && stat != null) {
                won(session, stat.getVersion(), stat.getMzxid());
            } else if (code == Code.NODEEXISTS) {
                examine(session);
            } else if (code == Code.NONODE) {
                nodes.createService(session, publication.layout, publication.service, next((parent, nothing) -> {
                    if (parent == Code.OK) {
                        create(session);
                    } else {
                        fail(parent, "creating the service's node of");
                    }
                }));
            } else {
                fail(code, "creating");
            }
        }));
    }

    private void overwrite(Session session, int expected) {
        session.write(publication.path, data, expected, next((code, stat) -> {
            if (code == Code.OK && stat != null) {
                won(session, stat.getVersion(), stat.getMzxid());
            } else if (code == Code.NONODE) {
                create(session);
            } else if (code == Code.BADVERSION) {
                examine(session);
            } else {
                fail(code, "writing");
            }
        }));
    }

    private void examine(Session session) {
        session.read(publication.path, next((code, node) -> {
            if (code == Code.NONODE) {
                create(session);
            } else if (code != Code.OK || node == null) {
                fail(code, "reading");
            } else if (node.stat().getEphemeralOwner() != session.id()) {
                replace(session, node.stat().getVersion());
            } else if (Arrays.equals(node.data(), data)) {
                won(session, node.stat().getVersion(), node.stat().getMzxid());
            } else {
                overwrite(session, node.stat().getVersion());
            }
        }));
    }

    /**
     * Puts our node in the place of another session's, in one transaction: whoever looks sees one or the other. The new node's version
     * always differs from the old one's, so that the old one's owner, should it live, can't take ours for its own and delete it.
     */
    private void replace(Session session, int theirVersion) {
        List<Op> operations = new ArrayList<>();
        operations.add(Op.delete(publication.path, theirVersion));
        operations.add(Op.create(publication.path, data, nodes.acl(), CreateMode.EPHEMERAL));
        int ourVersion = theirVersion == 0 ? 1 : 0;
        if (ourVersion == 1) {
            operations.add(Op.setData(publication.path, data, 0));
        }
        session.multi(operations, next((code, results) -> {
            if (code == Code.OK) {
                won(session, ourVersion, UNKNOWN);
            } else if (code == Code.NONODE || code == Code.BADVERSION || code == Code.NODEEXISTS) {
                examine(session);
            } else {
                fail(code, "replacing another session's");
            }
        }));
    }

    private void won(Session session, int version, long writtenAt) {
        publication.won(session, version, writtenAt);
        succeed();
    }
}
