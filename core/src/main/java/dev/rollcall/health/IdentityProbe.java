package dev.rollcall.health;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Instance;
import java.time.Duration;

/** Asks a peer who it is. Used by many threads at once, so it is immutable or safe for that. */
@FunctionalInterface
public interface IdentityProbe {

    /**
     * Asks, and waits for the answer; as {@link Probe#probe} as to threads, timeouts and interruption. What it throws
     * counts as unanswered.
     *
     * @param expected the instance that is said to be at its endpoints
     * @param timeout how long it may take; above zero
     */
    Answer ask(Instance expected, Duration timeout) throws InterruptedException;

    /** What an answer is worth. */
    enum Verdict {
        /** It is the expected instance. */
        CONFIRMED,
        /** It answered, and is somebody else. */
        DENIED,
        /** It could not be asked, or was not able to say. */
        UNANSWERED
    }

    /**
     * What came of asking. Immutable.
     *
     * @param verdict what it is worth
     * @param detail what was asked and what came back, for people
     */
    record Answer(Verdict verdict, String detail) {
        public Answer {
            requireNonNull(verdict, "verdict");
            requireNonNull(detail, "detail");
        }
    }
}
