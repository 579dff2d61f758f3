package dev.rollcall.console;

import dev.rollcall.Instance;
import dev.rollcall.Status;

/** An instance, and what the console has seen of it. Confined to the board's thread. */
final class Sighting {
    /** When it was first seen, in milliseconds since 1970. */
    final long sinceMillis;

    /** Whether it was there already when the console first looked, so that it is older than it is known. */
    final boolean fromStart;

    private Instance instance;
    private long changedMillis;
    private long statusMillis;

    Sighting(Instance instance, long nowMillis, boolean fromStart) {
        this.instance = instance;
        this.sinceMillis = nowMillis;
        this.fromStart = fromStart;
        this.statusMillis = nowMillis;
    }

    Instance instance() {
        return instance;
    }

    /** When it last changed; 0 if it never did. */
    long changedMillis() {
        return changedMillis;
    }

    /** Since when it has had its status, as far as was seen. */
    long statusMillis() {
        return statusMillis;
    }

    void update(Instance now, long nowMillis) {
        Status before = instance.status();
        instance = now;
        changedMillis = nowMillis;
        if (now.status() != before) {
            statusMillis = nowMillis;
        }
    }
}
