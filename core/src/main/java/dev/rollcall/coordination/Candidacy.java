package dev.rollcall.coordination;

import dev.rollcall.StoreException;
import dev.rollcall.Subscription;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** One candidate of an election. Safe for use by many threads. */
public interface Candidacy extends AutoCloseable {

    /**
     * Whether this candidate leads: asked for each step of the leader's work. Compares the monotonic clock with the last confirmation of the lease, so it is
     * right also when threads were held up; costs two volatile reads and a look at the clock.
     */
    boolean isLeading();

    /** The fencing token of this term, above zero; empty if it doesn't lead. The same as before after a doubt that turned out unfounded. */
    OptionalLong token();

    /** Where it stands, as its listeners are told; {@link #isLeading} may know of a loss a moment earlier. */
    CandidacyState state();

    /**
     * Waits until it leads.
     *
     * @param atMost how long to wait; zero or more
     * @return the token
     * @throws StoreException if it doesn't lead in time, or is closed while waiting
     */
    long awaitLeading(Duration atMost) throws InterruptedException;

    /**
     * Tells a listener the current state at once and then each change of it. Calls come one at a time, in order, on Rollcall's listener threads; one
     * slower than the changes is told the latest only, which may be a later term of the same candidate: compare tokens.
     *
     * @return a handle whose {@code close()} ends the calls; one that is running then may finish
     */
    Subscription listen(Consumer<? super CandidacyState> listener);

    /** As {@link #listen(Consumer)}, with the calls on an executor of the caller's. */
    Subscription listen(Executor executor, Consumer<? super CandidacyState> listener);

    /**
     * Steps down if it leads, and goes to the end of the line. From the call on it doesn't lead in this term any more.
     *
     * @return completes when the store has confirmed it, so that the next one can lead; at once if it doesn't lead. Not when the store is away for ever:
     *     then the term ends with its lease
     */
    CompletableFuture<Void> resign();

    /** Steps down if it leads, and is no candidate any more. Idempotent. Waits for the store up to the request timeout; the rest happens in the background. */
    @Override
    void close();

    /** As {@link #close()}, without waiting: completes when the store has confirmed it. */
    CompletableFuture<Void> closeAsync();
}
