package dev.rollcall.consul;

import dev.rollcall.StoreException;
import java.util.function.Consumer;

/** A feed of a part of the key/value store. On the serial thread, but for {@link #close}. */
abstract class KeyFeed extends Feed {
    KeyFeed(Consumer<StoreException> interruption, Consumer<Feed> onClose) {
        super(interruption, onClose);
    }

    /** Whether a key, below the root of all such feeds, is in its part. */
    abstract boolean covers(String key);

    /** Consul has no list that is empty. */
    @Override
    public final boolean isAbsence(Answer answer) {
        return answer.status() == 404;
    }
}
