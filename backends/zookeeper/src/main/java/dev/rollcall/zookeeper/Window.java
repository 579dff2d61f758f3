package dev.rollcall.zookeeper;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many requests of a kind are under way at once; the others wait their turn in order. Safe for use by many threads; what it
 * starts, it starts outside of its lock.
 */
final class Window {
    private final int size;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int taken;
    private boolean starting;

    Window(int size) {
        this.size = size;
    }

    /** Starts a request as soon as there is room. Whoever it belongs to calls {@link #release} once when it has ended. */
    void acquire(Runnable start) {
        synchronized (waiting) {
            waiting.add(start);
        }
        startWaiting();
    }

    /** Gives a place back. */
    void release() {
        synchronized (waiting) {
            taken--;
        }
        startWaiting();
    }

    /** How many requests are under way or wait. */
    int load() {
        synchronized (waiting) {
            return taken + waiting.size();
        }
    }

    /** A loop, not recursion: a request that ends at once releases its place from within its own start. */
    private void startWaiting() {
        synchronized (waiting) {
            if (starting) {
                return;
            }
            starting = true;
        }
        for (Runnable next = next(); next != null; next = next()) {
            next.run();
        }
    }

    private @Nullable Runnable next() {
        synchronized (waiting) {
            Runnable next = taken < size ? waiting.poll() : null;
            if (next == null) {
                starting = false;
            } else {
                taken++;
            }
            return next;
        }
    }
}
