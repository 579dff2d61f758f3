package dev.rollcall.balance;

import dev.rollcall.Instance;

/**
 * A chosen instance, and how the work given to it went. Meant for try-with-resources:
 *
 * <pre>{@code
 * try (Pick pick = selector.pick()) {
 *     call(pick.instance().endpoint("http"));
 *     pick.succeeded();
 * }
 * }</pre>
 *
 * <p>The first report counts and later ones are ignored; closing without one means that the work was cancelled, which
 * speaks neither for the instance nor against it. A pick that is never closed counts as work under way for ever, with
 * balancers that go by work under way. With balancers that use no {@linkplain Statistic statistics} reports have no
 * effect.
 *
 * <p>A pick may be handed from thread to thread, as executors and futures do it, but not be used by two at once.
 */
public interface Pick extends AutoCloseable {

    /** The chosen instance. */
    Instance instance();

    /** Reports that the instance did what was asked; the time since the pick is its latency. */
    void succeeded();

    /** Reports that the instance did not do what was asked, or could not be reached. */
    void failed();

    /** Reports that the instance refused for want of capacity, such as HTTP 429 or 503; weighs more than a failure. */
    void overloaded();

    /**
     * More work for the same instance, to be reported and closed by itself and measured from the same moment. For callers
     * that learn only later whether there will be any work, as gRPC does: they close the pick at once, so that it does
     * not count for ever, and take another one from it when the work begins. May be called after {@link #close()}.
     */
    Pick again();

    /** Ends the pick; without a report the work counts as cancelled. Idempotent. */
    @Override
    void close();
}
