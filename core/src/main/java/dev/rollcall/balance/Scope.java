package dev.rollcall.balance;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a part of a balancer keeps from one snapshot to the next. Parts that a snapshot no longer has are forgotten with
 * it. Used by the one thread that makes a picker.
 */
final class Scope {
    private final LongSupplier random;
    private final Map<String, Scope> partsBefore;
    private final Map<String, Scope> parts = new HashMap<>();
    private @Nullable Cursors cursors;

    private Scope(LongSupplier random, Map<String, Scope> partsBefore, @Nullable Cursors cursors) {
        this.random = random;
        this.partsBefore = partsBefore;
        this.cursors = cursors;
    }

    static Scope fresh(LongSupplier random) {
        return new Scope(random, Map.of(), null);
    }

    /** The scope of the following snapshot. */
    Scope next() {
        return new Scope(random, parts, cursors);
    }

    Scope part(String name) {
        return parts.computeIfAbsent(name, added -> {
            Scope before = partsBefore.get(added);
            return before == null ? fresh(random) : before.next();
        });
    }

    Cursors cursors() {
        Cursors made = cursors;
        if (made == null) {
            made = new Cursors(random);
            cursors = made;
        }
        return made;
    }
}
