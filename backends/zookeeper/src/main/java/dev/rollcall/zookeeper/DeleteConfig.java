package dev.rollcall.zookeeper;

import java.util.List;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;

/** Deletes a node of the configuration; one that others are below only loses its data. */
final class DeleteConfig extends ConfigOperation<Boolean> {

    DeleteConfig(String key, long expectedRevision, TreeWatches trees) {
        super(key, expectedRevision, trees);
    }

    @Override
    String verb() {
        return "deleting";
    }

    @Override
    void attempt(Session session) {
        readExpected(session, (code, node) -> {
            if (node == null || !node.hasData()) {
                succeed(false);
            } else if (node.stat().getNumChildren() > 0) {
                session.write(path, null, node.stat().getVersion(), (cleared, stat) -> deleted(session, cleared));
            } else {
                session.multi(
                        List.of(Op.delete(path, node.stat().getVersion())), (gone, results) -> deleted(session, gone));
            }
        });
    }

    private void deleted(Session session, Code code) {
        switch (code) {
            case OK -> succeed(true);
            case BADVERSION, NONODE, NOTEMPTY -> again(session);
            default -> fail(code);
        }
    }
}
