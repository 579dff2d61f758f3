package dev.rollcall.zookeeper;

import org.apache.zookeeper.KeeperException.Code;

/** Writes into the node for the last time before its removal, if it is ours; otherwise leaves everything as it is. */
final class FarewellOperation extends Operation {
    private final byte[] data;

    FarewellOperation(EphemeralPublication publication, OwnNodes nodes, byte[] data) {
        super(publication, nodes);
        this.data = data;
    }

    @Override
    void begin(Session session) {
        if (data.length > OwnNodes.MAX_BYTES) {
            leaveAlone();
            return;
        }
        switch (publication.belief(session)) {
            case ABSENT -> leaveAlone();
            case OURS -> mark(session, publication.version());
            case UNCERTAIN -> examine(session);
        }
    }

    private void mark(Session session, int expected) {
        session.write(publication.path, data, expected, next((code, stat) -> {
            if (code == Code.OK && stat != null) {
                publication.won(session, stat.getVersion(), stat.getMzxid());
                succeed();
            } else if (code == Code.NONODE) {
                leaveAlone();
            } else if (code == Code.BADVERSION) {
                examine(session);
            } else {
                fail(code, "marking");
            }
        }));
    }

    private void examine(Session session) {
        session.read(publication.path, next((code, node) -> {
            if (code == Code.OK && node != null && node.stat().getEphemeralOwner() == session.id()) {
                mark(session, node.stat().getVersion());
            } else if (code == Code.OK || code == Code.NONODE) {
                leaveAlone();
            } else {
                fail(code, "reading");
            }
        }));
    }

    private void leaveAlone() {
        publication.failed(false); // so that the removal looks first
        succeed();
    }
}
