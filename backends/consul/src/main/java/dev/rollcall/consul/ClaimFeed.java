package dev.rollcall.consul;

import dev.rollcall.StoreException;
import java.io.IOException;
import java.util.function.Consumer;

/** What is at a locked key, as it changes. On the serial thread, but for {@link #close}. */
final class ClaimFeed extends Feed {
    private final String key;
    private final Listener listener;

    /** Is told on the serial thread. */
    interface Listener {
        void state(ClaimRequests.State state, long index);

        void interrupted(StoreException cause);
    }

    ClaimFeed(String key, Listener listener, Consumer<Feed> onClose) {
        super(listener::interrupted, onClose);
        this.key = key;
        this.listener = listener;
    }

    @Override
    Call question() {
        return ClaimRequests.look(key);
    }

    @Override
    boolean isConsistent() {
        return true;
    }

    @Override
    public boolean isAbsence(Answer answer) {
        return answer.status() == 404;
    }

    @Override
    public void read(Answer answer, long index, boolean afresh, boolean replaced) throws IOException {
        ClaimRequests.State state = ClaimRequests.state(answer);
        if (!isClosed()) {
            listener.state(state, index);
        }
    }
}
