package dev.rollcall.consul;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One service of one node with its checks, as an answer describes it. Filled by its reader, then only read. */
final class CatalogEntry {
    /** A check's id and state. */
    record Check(String id, String status) {
        static final String NODE_ALIVE = "serfHealth";

        boolean critical() {
            return status.equals("critical");
        }

        boolean warning() {
            return status.equals("warning");
        }
    }

    String node = "";
    String nodeAddress = "";
    String id = "";
    String name = "";
    String address = "";
    int port;
    int passingWeight = 1;
    int warningWeight = 1;
    long modifyIndex;

    List<String> tags = List.of();

    final Map<String, String> meta = new LinkedHashMap<>();
    /** Full URLs among the tagged addresses, as kratos writes them. */
    final List<String> urls = new ArrayList<>();

    final List<Check> checks = new ArrayList<>();

    /** Whether Rollcall wrote it. */
    boolean isOwn() {
        return meta.containsKey(MetaKeys.CHECK);
    }

    /** The heartbeat's check, if it is there. */
    @Nullable
    Check heartbeat() {
        String id = meta.get(MetaKeys.CHECK);
        return checks.stream().filter(check -> check.id.equals(id)).findFirst().orElse(null);
    }

    /** Whether the process behind it, or its node, is taken to be dead; only Rollcall's own entries tell. */
    boolean isDead() {
        Check heartbeat = isOwn() ? heartbeat() : null;
        boolean nodeDead = checks.stream().anyMatch(check -> check.id.equals(Check.NODE_ALIVE) && check.critical());
        return isOwn() && (nodeDead || (heartbeat != null && heartbeat.critical()));
    }

    /** Where it is, for messages. */
    String key() {
        return node + "/" + id;
    }
}
