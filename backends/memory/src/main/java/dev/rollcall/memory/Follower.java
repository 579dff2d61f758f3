package dev.rollcall.memory;

import java.util.concurrent.atomic.AtomicBoolean;

/** Something of a client that looks into the store when that says that there is news. Word is sent once until it has looked. */
abstract class Follower {
    private final Connection connection;
    private final AtomicBoolean told = new AtomicBoolean();

    Follower(Connection connection) {
        this.connection = connection;
    }

    final boolean isOf(String writer) {
        return connection.writer().equals(writer);
    }

    /** Sends word. From any thread. */
    final void tell() {
        if (told.compareAndSet(false, true)) {
            connection.loop().execute(() -> connection.deliver(this::read));
        }
    }

    /** Looks again, as word may have been lost with the connection. On the loop. */
    final void catchUp() {
        told.set(false);
        tell();
    }

    /** Reads what is new. On the loop. */
    abstract void look();

    private void read() {
        told.set(false);
        look();
    }
}
