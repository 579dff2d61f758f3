package dev.rollcall.coordination;

import dev.rollcall.StoreException;
import dev.rollcall.Subscription;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A lock that was acquired, until it is closed or lost. What was lost doesn't come back: acquire it again. Safe for use by many threads. */
public interface LockHold extends AutoCloseable {

    /** The fencing token: above zero, and above those of all who held this lock before. */
    long token();

    /** Whether the lock is still ours, to be asked before each step that it protects; as {@link Candidacy#isLeading}. */
    boolean isHeld();

    /**
     * Tells a listener, once and on Rollcall's listener threads, when the lock is lost otherwise than by {@link #close}: its lease or session could not be confirmed in time,
     * or somebody took it away.
     */
    Subscription onLost(Consumer<? super StoreException> listener);

    /** Gives the lock to the next in the line. Idempotent. Waits for the store up to the request timeout; the rest happens in the background. */
    @Override
    void close();

    /** As {@link #close()}, without waiting: completes when the store has confirmed it. */
    CompletableFuture<Void> closeAsync();
}
