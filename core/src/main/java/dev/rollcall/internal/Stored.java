package dev.rollcall.internal;

import dev.rollcall.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much of what is {@link Wanted} is in the store, as far as is known, and who waits to hear of it. Confined to the event loop; at most one
 * operation is under way.
 */
final class Stored {
    private static final long NOTHING = 0;

    private final List<Outcome> unanswered = new ArrayList<>();
    private @Nullable Wanted writing;
    private long version = NOTHING;
    private long atNanos;
    private boolean operating;
    private boolean attempted;
    private boolean lostWhileWriting;

    /** What a successful operation means. */
    enum Success {
        REMOVED,
        WRITTEN,
        /** Whether what was written or what was there before it is lost, can't be told: to be written once more. */
        WRITTEN_OR_LOST
    }

    /** Whether an operation is under way. */
    boolean isOperating() {
        return operating;
    }

    /** Whether anything was ever sent, so that something may be there to be removed. */
    boolean wasAttempted() {
        return attempted;
    }

    /** Whether the store has this, as it is. */
    boolean has(Wanted wanted) {
        return version == wanted.version();
    }

    void beginToWrite(Wanted now) {
        operating = true;
        attempted = true;
        writing = now;
    }

    void beginToRemove() {
        operating = true;
    }

    /** The operation under way has succeeded. */
    Success succeeded(long nowNanos) {
        Wanted written = endOperation();
        if (written == null) {
            return Success.REMOVED;
        }
        if (lostWhileWriting) {
            lostWhileWriting = false;
            return Success.WRITTEN_OR_LOST;
        }
        version = written.version();
        atNanos = nowNanos;
        unanswered.forEach(Outcome::succeed);
        unanswered.clear();
        written.outcome().succeed();
        return Success.WRITTEN;
    }

    /** The operation under way has failed; those who wait for it wait on. */
    void failed() {
        Wanted written = endOperation();
        lostWhileWriting = false;
        if (written != null && !unanswered.contains(written.outcome())) {
            unanswered.add(written.outcome());
        }
    }

    private @Nullable Wanted endOperation() {
        Wanted ended = writing;
        operating = false;
        writing = null;
        return ended;
    }

    /** What was stored is gone, and so may be what is being written. */
    void lost() {
        version = NOTHING;
        lostWhileWriting = operating;
    }

    /** Another's is there instead. */
    void displaced() {
        version = NOTHING;
    }

    /** Whether the last write that succeeded is no older than this. */
    boolean isYoungerThan(Duration age, long nowNanos) {
        return nowNanos - atNanos < age.toNanos();
    }

    /** Nothing more will be written: whoever still waits is told why. */
    void abandon(StoreException cause) {
        unanswered.forEach(outcome -> outcome.fail(cause));
    }
}
