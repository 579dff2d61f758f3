package dev.rollcall.etcd;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Lets at most {@value #LIMIT} views read their range at a time, in the order in which they come: after a reconnection
 * ten thousand of them want to. On the serial thread.
 */
final class ReadGate {
    private static final int LIMIT = 16;

    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int entered;
    private boolean admitting;

    /** Runs a reader as soon as there is room; it must {@link #leave} in the end, be it at once. */
    void enter(Runnable reader) {
        waiting.add(reader);
        admit();
    }

    void leave() {
        entered--;
        admit();
    }

    /** A loop rather than recursion: of ten thousand readers, all may leave at once, finding the connection gone. */
    private void admit() {
        if (admitting) {
            return;
        }
        admitting = true;
        try {
            while (entered < LIMIT && !waiting.isEmpty()) {
                entered++;
                waiting.remove().run();
            }
        } finally {
            admitting = false;
        }
    }
}
