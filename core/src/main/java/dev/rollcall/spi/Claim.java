package dev.rollcall.spi;

import java.util.concurrent.CompletionStage;

/** A place in the line for something that one process at a time may have. It lasts until it is released or {@linkplain ClaimListener#lost lost}. */
public interface Claim {

    /**
     * Until when the store can't give to another what it has given to this claim, by {@link EventLoop#nanoTime} of the context: the lease's or
     * session's whole TTL, counted from when the last confirmed renewal was <em>sent</em>, without a safety margin. In the past when the store can't be
     * trusted to hold it for us. Means nothing before {@link ClaimListener#held}. From any thread, often: it costs a volatile read.
     */
    long confirmedUntilNanos();

    /**
     * Leaves the line, or hands over to the next in it at once: from the call on the listener isn't called, and from completion on nothing that this
     * claim did earlier puts it back in the line, not even a request that went unanswered.
     *
     * @return completes when the store has confirmed it, or has let the claim go by itself; with a {@link dev.rollcall.StoreException} if it is unknown,
     *     and then the core calls again, also after {@link ClaimListener#lost}
     */
    CompletionStage<Void> release();
}
