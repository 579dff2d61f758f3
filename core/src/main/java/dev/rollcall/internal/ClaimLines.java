package dev.rollcall.internal;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who of this client wants the same thing: one of them at a time claims it in the store, for as long as it wants. So a store's line is no longer than
 * there are clients, and a store that can't tell two claims of one session apart need not. Confined to the event loop.
 */
final class ClaimLines {
    private final Map<String, Set<Claimant>> lines = new HashMap<>();

    void join(Claimant claimant) {
        Set<Claimant> line = lines.computeIfAbsent(claimant.name(), any -> new LinkedHashSet<>());
        line.add(claimant);
        if (line.size() == 1) {
            claimant.takeTurn();
        } else {
            claimant.awaitTurn();
        }
    }

    /** Lets the others have their turns first. */
    void toTheEnd(Claimant claimant) {
        leave(claimant);
        join(claimant);
    }

    void leave(Claimant claimant) {
        Set<Claimant> line = lines.get(claimant.name());
        if (line == null) {
            return;
        }
        boolean first = !line.isEmpty() && line.iterator().next() == claimant;
        line.remove(claimant);
        if (line.isEmpty()) {
            lines.remove(claimant.name());
        } else if (first) {
            line.iterator().next().takeTurn();
        }
    }
}
