package dev.rollcall.consul;

import dev.rollcall.StoreException;
import dev.rollcall.spi.Backend;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Something that is watched: reads whole answers to its question and tells what is new in them. On the serial thread, but for {@link #close}. */
abstract class Feed implements BlockingQuery.Reader, Backend.Watch {
    private final Consumer<StoreException> interruption;
    private final Consumer<Feed> onClose;
    private volatile boolean closed;

    /**
     * A feed that has told nothing.
     *
     * @param interruption is told why nothing can be told
     * @param onClose called once, by the thread that closes the feed
     */
    Feed(Consumer<StoreException> interruption, Consumer<Feed> onClose) {
        this.interruption = interruption;
        this.onClose = onClose;
    }

    /** The question whose answers this feed reads. */
    abstract Call question();

    /**
     * Asked before an empty answer is believed, because Consul leaves out what a token may not see: if it is refused, nothing may be seen, which is not the
     * same as nothing being there. Null if the question itself is refused then, or nothing can tell.
     */
    @Nullable
    Call permission() {
        return null;
    }

    /** Whether what is read must be no older than any write that was confirmed before it was asked for. */
    boolean isConsistent() {
        return false;
    }

    @Override
    public final boolean isClosed() {
        return closed;
    }

    @Override
    public final void interrupted(StoreException cause) {
        if (!closed) {
            interruption.accept(cause);
        }
    }

    @Override
    public final void close() {
        if (!closed) {
            closed = true;
            onClose.accept(this);
        }
    }
}
