package dev.rollcall.memory;

import dev.rollcall.StoreException;
import dev.rollcall.spi.Backend;
import java.util.function.Consumer;

/** A watch of a client. Its state is confined to the client's loop. */
abstract class StoreWatch extends Follower implements Backend.Watch {
    private final Topic topic;
    private final Consumer<StoreWatch> onClose;
    private boolean interrupted;
    private volatile boolean closed;

    /** @param onClose is called once, from whatever thread closes the watch */
    StoreWatch(Topic topic, Connection connection, Consumer<StoreWatch> onClose) {
        super(connection);
        this.topic = topic;
        this.onClose = onClose;
    }

    final Topic topic() {
        return topic;
    }

    final boolean isClosed() {
        return closed;
    }

    /** Whether the sink waits to hear that the store is heard again. */
    final boolean isInterrupted() {
        return interrupted;
    }

    /** The sink has heard it. */
    final void caughtUp() {
        interrupted = false;
    }

    /** The store can't be heard. */
    final void interrupt(StoreException cause) {
        if (!closed) {
            interrupted = true;
            report(cause);
        }
    }

    abstract void report(StoreException cause);

    @Override
    public final void close() {
        if (!closed) {
            closed = true;
            onClose.accept(this);
        }
    }
}
