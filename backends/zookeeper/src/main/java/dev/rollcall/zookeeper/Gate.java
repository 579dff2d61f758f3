package dev.rollcall.zookeeper;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps calls from beginning after a close, without a lock: a call that has begun may end after it. Calls are serial, a close may
 * come from any thread, also from within a call.
 */
final class Gate {
    private static final int OPEN = 0;
    private static final int CALLING = 1;
    private static final int CLOSED = 2;

    private final AtomicInteger state = new AtomicInteger();

    /** Makes the call, unless this is closed. */
    void call(Runnable call) {
        if (state.compareAndSet(OPEN, CALLING)) {
            try {
                call.run();
            } finally {
                state.compareAndSet(CALLING, OPEN);
            }
        }
    }

    /** Lets no call begin from now on; true the first time. */
    boolean close() {
        return state.getAndSet(CLOSED) != CLOSED;
    }

    boolean isClosed() {
        return state.get() == CLOSED;
    }
}
