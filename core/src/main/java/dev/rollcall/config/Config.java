package dev.rollcall.config;

import dev.rollcall.Live;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/**
 * Configuration in the registry's store: texts at keys, followed as typed live values and written with a guard against overwriting each
 * other. Safe for use by many threads; lives as long as its {@link dev.rollcall.Rollcall}.
 *
 * <p><b>A live value never gets worse than it was.</b> When a new text can't be decoded, or is deleted, or the store is away, the last good
 * value stays, as {@link dev.rollcall.Reading.Stale} with since when and why; everything heals by itself. See {@link ConfigEntry} for
 * what keys and texts may be. One watch carries up to 10,000 entries and 64 MiB; a prefix that holds more is refused as stale or pending, with a
 * cause that says so.
 *
 * <p><b>Futures</b> complete within the client's request timeout, or after four of them at the latest where the store has several things to do, on
 * the threads of {@link dev.rollcall.Rollcall.Builder#listenerExecutor}, so that nothing that is chained to them runs on a thread of the store's client. They fail with a {@link
 * dev.rollcall.StoreException}; after one of kind {@link dev.rollcall.StoreException.Kind#TIMEOUT} or {@link
 * dev.rollcall.StoreException.Kind#UNAVAILABLE} a write may have been carried out or not, and nobody tries it again. Cancelling one only
 * stops the waiting.
 *
 * <p>Every method throws {@link IllegalArgumentException} for a malformed key or prefix and {@link IllegalStateException} once the client is
 * closed.
 */
public interface Config {

    /**
     * Follows what is written at a key. As long as nothing is, the reading is pending with a cause that says so; when it is deleted later, the
     * last value stays and is stale.
     */
    <T> Live<T> follow(String key, Decoder<T> decoder);

    /**
     * Follows what is written at a key, with a value for while nothing is: that is a fresh value like any other. It doesn't stand in for a
     * text that can't be decoded.
     */
    <T> Live<T> follow(String key, Decoder<T> decoder, T whenAbsent);

    /**
     * Follows everything below a prefix: an immutable map in the order of the keys, which are whole keys as {@link #read} takes them. An
     * entry that can't be decoded keeps its own last good value, or is left out if it never had one, and makes the reading stale with a cause
     * that names it; it holds back no other. A key that is deleted leaves the map, and where a store has lost everything the map
     * is empty: what each map holds is what is written now.
     *
     * @param prefix whole names: {@code orders} or {@code orders/} is everything below {@code orders/}, neither {@code orders} itself nor
     *     {@code orders-v2/…}; empty for everything
     */
    <T> Live<SortedMap<String, T>> followPrefix(String prefix, Decoder<T> decoder);

    /**
     * What is written at a key now: no older than any write that was confirmed, to whomever, before this call. Fails with {@link
     * dev.rollcall.StoreException.Kind#UNDECODABLE} if that is not UTF-8.
     */
    CompletableFuture<Optional<ConfigEntry>> read(String key);

    /** What is written below a prefix now, in the order of the keys; as for {@link #followPrefix} and {@link #read}. What is not UTF-8 is left out. */
    CompletableFuture<List<ConfigEntry>> list(String prefix);

    /** Writes a key, whatever was there before. */
    CompletableFuture<ConfigEntry> write(String key, String text);

    /**
     * Writes a key if nobody has changed it since it was read; fails with {@link dev.rollcall.StoreException.Kind#CONFLICT} otherwise.
     *
     * @param expectedRevision the revision that was read; 0 for a key that must not exist
     */
    CompletableFuture<ConfigEntry> compareAndSet(String key, String text, long expectedRevision);

    /** Deletes a key, whatever is there; false if nothing was. */
    CompletableFuture<Boolean> delete(String key);

    /**
     * Deletes a key if nobody has changed it since it was read; fails with {@link dev.rollcall.StoreException.Kind#CONFLICT} otherwise.
     *
     * @param expectedRevision the revision that was read: above zero
     */
    CompletableFuture<Void> delete(String key, long expectedRevision);

    /**
     * The versions of a key, the newest first, beginning with the current one; empty if nothing is written there now. etcd remembers versions back to
     * when the key was created or its history compacted; the other stores know the current one only.
     *
     * @param limit how many at the most: 1 to 1,000
     */
    CompletableFuture<List<ConfigEntry>> history(String key, int limit);
}
