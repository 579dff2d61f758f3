package dev.rollcall.zookeeper;

import dev.rollcall.spi.ConfigStore;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** Writes a node of the configuration, and makes it and those above it where they are missing. */
final class WriteConfig extends ConfigOperation<Long> {
    /** Of the version, for any. */
    private static final int ANY_VERSION = -1;

    private final byte[] value;
    private final List<ACL> acl;

    WriteConfig(String key, byte[] value, long expectedRevision, TreeWatches trees, List<ACL> acl) {
        super(key, expectedRevision, trees);
        this.value = value;
        this.acl = acl;
    }

    @Override
    String verb() {
        return "writing";
    }

    @Override
    void attempt(Session session) {
        if (expectedRevision == ConfigStore.ANY_REVISION) {
            write(session, ANY_VERSION);
            return;
        }
        readExpected(session, (code, node) -> {
            if (node == null) {
                create(session);
            } else {
                write(session, node.stat().getVersion());
            }
        });
    }

    private void write(Session session, int version) {
        session.write(path, value, version, (code, stat) -> {
            switch (code) {
                case OK -> written(stat);
                case NONODE -> {
                    if (version == ANY_VERSION) {
                        create(session);
                    } else {
                        again(session);
                    }
                }
                case BADVERSION -> again(session);
                default -> fail(code);
            }
        });
    }

    private void create(Session session) {
        session.create(path, value, acl, CreateMode.PERSISTENT, (code, stat) -> {
            switch (code) {
                case OK -> written(stat);
                case NODEEXISTS -> again(session);
                case NONODE ->
                    createParent(session, path, (above, nothing) -> {
                        if (above == Code.OK) {
                            again(session);
                        } else {
                            fail(above);
                        }
                    });
                default -> fail(code);
            }
        });
    }

    /** Ordinary nodes without data: a container would go with its last child, also if somebody has written to it meanwhile. */
    private void createParent(Session session, String child, Reply<Void> reply) {
        if (isDone()) {
            return;
        }
        String parent = Layout.parent(child);
        session.create(parent, null, acl, CreateMode.PERSISTENT, (code, stat) -> {
            switch (code) {
                case OK, NODEEXISTS -> reply.accept(Code.OK, null);
                case NONODE ->
                    createParent(session, parent, (above, nothing) -> {
                        if (above == Code.OK) {
                            createParent(session, child, reply);
                        } else {
                            reply.accept(above, null);
                        }
                    });
                default -> reply.accept(code, null);
            }
        });
    }

    private void written(@Nullable Stat stat) {
        if (stat == null) {
            fail(Code.SYSTEMERROR);
        } else {
            succeed(stat.getMzxid());
        }
    }
}
