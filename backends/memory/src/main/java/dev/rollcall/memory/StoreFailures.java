package dev.rollcall.memory;

import dev.rollcall.StoreException;
import java.util.concurrent.CompletionException;

/** What futures report. */
final class StoreFailures {
    private StoreFailures() {}

    /** The store's failure, out of the wrapping that futures put around it; anything else is a bug and thrown. */
    static StoreException of(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof StoreException storeFailure) {
            return storeFailure;
        }
        throw new IllegalStateException("a request failed otherwise than by the store", cause);
    }
}
