package dev.rollcall.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The lines of those who claim something, each under a lease. Guarded by the store's lock. */
final class ClaimSpace {
    private final Map<String, TreeMap<Long, ClaimEntry>> lines = new HashMap<>();
    /** Never starts again, so that tokens grow even from one incarnation of the store to the next. */
    private long last;

    /**
     * One place in a line.
     *
     * @param id which claim, of whatever client
     * @param token where it stands: the lowest is the first
     */
    record ClaimEntry(String id, String data, long lease, long token) {}

    /** A line as it is, the first first, and the count of changes of all lines. */
    record Line(List<ClaimEntry> entries, long revision) {
        Optional<ClaimEntry> first() {
            return entries.stream().findFirst();
        }
    }

    /** Puts a claim at the end of the line. */
    void join(String name, String id, String data, long lease) {
        long token = ++last;
        lines.computeIfAbsent(name, any -> new TreeMap<>()).put(token, new ClaimEntry(id, data, lease, token));
    }

    void leave(String name, String id) {
        TreeMap<Long, ClaimEntry> line = lines.get(name);
        if (line != null && line.values().removeIf(entry -> entry.id().equals(id))) {
            last++;
            if (line.isEmpty()) {
                lines.remove(name);
            }
        }
    }

    /** Removes what hangs on a lease; the names of the lines that this has changed. */
    List<String> end(long lease) {
        List<String> changed = new ArrayList<>();
        lines.forEach((name, line) -> {
            if (line.values().removeIf(entry -> entry.lease() == lease)) {
                changed.add(name);
            }
        });
        if (!changed.isEmpty()) {
            last++;
            lines.values().removeIf(TreeMap::isEmpty);
        }
        return changed;
    }

    Line read(String name) {
        TreeMap<Long, ClaimEntry> line = lines.get(name);
        return new Line(line == null ? List.of() : List.copyOf(line.values()), last);
    }

    Set<String> names() {
        return Set.copyOf(lines.keySet());
    }

    void wipe() {
        lines.clear();
    }
}
