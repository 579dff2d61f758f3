package dev.rollcall.zookeeper;

import org.apache.zookeeper.KeeperException.Code;

/** Writes into the node for the last time before its removal, if it is known to be ours and nobody has touched it; a courtesy, that nothing is done for otherwise. */
final class FarewellOperation extends Operation {
    private final byte[] data;

    FarewellOperation(EphemeralPublication publication, OwnNodes nodes, byte[] data) {
        super(publication, nodes);
        this.data = data;
    }

    @Override
    void begin(Session session) {
        if (publication.belief(session) != EphemeralPublication.Belief.OURS || data.length > OwnNodes.MAX_BYTES) {
            leaveAlone();
            return;
        }
        session.write(publication.path, data, publication.version(), next((code, stat) -> {
            if (code == Code.OK && stat != null) {
                publication.won(session, stat.getVersion(), stat.getMzxid());
                succeed();
            } else if (code == Code.NONODE || code == Code.BADVERSION) {
                leaveAlone();
            } else {
                fail(code, "marking");
            }
        }));
    }

    private void leaveAlone() {
        publication.failed(false); // so that the removal looks first
        succeed();
    }
}
