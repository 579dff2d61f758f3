package dev.rollcall.zookeeper;

import java.util.List;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;

/**
 * Deletes the node if it is ours. In the same transaction it is written first: so who watches it sees that it was written and deleted at
 * one moment, which is what no crash and no expiry looks like, and knows that its owner did it.
 */
final class RemoveOperation extends Operation {
    private static final byte[] NOTHING = new byte[0];

    RemoveOperation(EphemeralPublication publication, OwnNodes nodes) {
        super(publication, nodes);
    }

    @Override
    void begin(Session session) {
        if (publication.isUnanswered()) {
            catchUp(session);
        } else if (publication.belief(session) == EphemeralPublication.Belief.OURS) {
            delete(session, publication.version());
        } else {
            look(session);
        }
    }

    /** A look alone might overtake a write that went unanswered over an earlier connection. */
    private void catchUp(Session session) {
        session.sync(publication.path, next((code, path) -> {
            if (code == Code.OK) {
                look(session);
            } else {
                fail(code, "removing");
            }
        }));
    }

    private void look(Session session) {
        session.look(publication.path, null, next((code, stat) -> {
            if (code == Code.NONODE) {
                gone();
            } else if (code != Code.OK || stat == null) {
                fail(code, "removing");
            } else if (nodes.isOurs(stat.getEphemeralOwner())) {
                delete(session, stat.getVersion());
            } else {
                gone();
            }
        }));
    }

    private void delete(Session session, int version) {
        List<Op> operations =
                List.of(Op.setData(publication.path, NOTHING, version), Op.delete(publication.path, version + 1));
        session.multi(operations, next((code, results) -> {
            if (code == Code.OK || code == Code.NONODE) {
                gone();
            } else if (code == Code.BADVERSION) {
                look(session);
            } else {
                fail(code, "removing");
            }
        }));
    }

    private void gone() {
        publication.removed();
        succeed();
    }
}
