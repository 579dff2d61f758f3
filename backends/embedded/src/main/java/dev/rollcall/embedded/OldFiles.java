package dev.rollcall.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.server.persistence.Util;

/**
 * Deletes snapshots and logs that no restart needs any more. ZooKeeper's own purge does the same, but prints to standard output what it
 * does, and its timer outlives an embedded server.
 */
final class OldFiles {
    private static final int KEPT_SNAPSHOTS = 3;

    private OldFiles() {}

    /** Keeps the latest snapshots and the logs of what happened since the oldest of them. The server may run meanwhile. */
    static void purge(Path data) throws IOException {
        FileTxnSnapLog files = new FileTxnSnapLog(data.toFile(), data.toFile());
        try {
            List<File> kept = files.findNValidSnapshots(KEPT_SNAPSHOTS);
            if (kept.size() == KEPT_SNAPSHOTS) {
                long oldest = zxid(kept.get(KEPT_SNAPSHOTS - 1), "snapshot");
                delete(files.getSnapDir(), "snapshot", oldest, Set.of());
                delete(files.getDataLogDir(), "log", oldest, Set.of(files.getSnapshotLogs(oldest)));
            }
        } finally {
            files.close();
        }
    }

    private static void delete(File directory, String prefix, long oldest, Set<File> needed) throws IOException {
        File[] all = directory.listFiles((folder, name) -> name.startsWith(prefix + "."));
        for (File file : all == null ? new File[0] : all) {
            long zxid = zxid(file, prefix);
            if (zxid >= 0 && zxid < oldest && !needed.contains(file)) {
                Files.deleteIfExists(file.toPath());
            }
        }
    }

    /** The counter in a file's name, -1 if there is none. */
    private static long zxid(File file, String prefix) {
        return Util.getZxidFromName(file.getName(), prefix);
    }
}
