package dev.rollcall.spi;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The configuration in a backend's store: bytes at keys, which stay until they are deleted. The rules of {@link Backend} apply. Keys come validated:
 * names joined by single slashes.
 *
 * <p>Every stage completes, by an answer or at the request's deadline, normally or with a {@link StoreException}. After a failure of the whole store it
 * is unknown whether a write was carried out; a backend doesn't try it again.
 */
public interface ConfigStore {
    /** For {@code expectedRevision}: whatever is there. */
    long ANY_REVISION = -1;

    /** For {@code expectedRevision}: nothing may be there. */
    long ABSENT = 0;

    /** How many entries one watch carries. */
    int MAX_ENTRIES = 10_000;

    /** How many bytes the values of one watch may have together. */
    long MAX_BYTES = 64L << 20;

    /**
     * Follows a range until the watch is closed; nothing need be there. The first report is no older than any write that was confirmed, to whomever,
     * before this call.
     */
    Backend.Watch watch(ConfigRange range, ConfigSink sink);

    /**
     * Writes a key.
     *
     * @param expectedRevision {@link #ANY_REVISION}, {@link #ABSENT}, or the revision that must be there
     * @return the revision of what was written; {@link #conflict} if another was there
     */
    CompletionStage<Long> write(String key, byte[] value, long expectedRevision);

    /**
     * Deletes a key.
     *
     * @param expectedRevision {@link #ANY_REVISION}, or the revision that must be there
     * @return whether there was anything; {@link #conflict} if another revision was there, or nothing
     */
    CompletionStage<Boolean> delete(String key, long expectedRevision);

    /**
     * The versions of a key before a revision, the newest first; none where the store doesn't remember them, which is the default.
     *
     * @param limit how many at the most: zero or more
     */
    default CompletionStage<List<ConfigValue>> older(String key, long revision, int limit) {
        return CompletableFuture.completedFuture(List.of());
    }

    /**
     * What a write that expected something else fails with.
     *
     * @param found the revision that is there; {@link #ABSENT} if nothing is
     */
    static StoreException conflict(String key, long expectedRevision, long found) {
        return new StoreException(
                Kind.CONFLICT,
                "config key " + key + ": " + (found == ABSENT ? "nothing is there" : "revision " + found + " is there")
                        + " (expected: " + (expectedRevision == ABSENT ? "nothing" : "revision " + expectedRevision)
                        + "); somebody has changed it, nothing was written: read it and decide again");
    }

    /** What a watch is interrupted with whose range holds more than it may. */
    static StoreException tooMuch(ConfigRange range) {
        return new StoreException(
                Kind.REJECTED,
                range + ": more than " + MAX_ENTRIES + " entries or " + (MAX_BYTES >> 20)
                        + " MiB, which one watch doesn't carry; follow a longer prefix. It is looked at again, slowly");
    }
}
