package dev.rollcall.spi;

import java.time.Duration;
import java.util.Set;

/**
 * Makes backends of one kind of store. Found by {@link java.util.ServiceLoader}; needs a public constructor without
 * parameters. Stateless.
 */
public interface BackendProvider {

    /** The URI schemes that this provider answers to, such as {@code etcd}; {@code scheme+tls} is implied where {@link #tls()}. */
    Set<String> schemes();

    /** Whether {@code scheme+tls} is understood too. */
    boolean tls();

    /** An example of a whole URI, for error messages: {@code etcd://host:2379,host:2379/?ttl=10s}. */
    String example();

    /**
     * The names of the URI parameters understood beside the core's own ({@code ttl}, {@code overrides}, {@code ca}, {@code cert},
     * {@code key}, {@code passwordFile}), as {@link StoreUri#requireKnownParameters} takes them. Any other is refused before {@link #open}.
     */
    Set<String> parameters();

    /**
     * Opens a backend without waiting for the store: connecting, and connecting again, happens in the background and for ever.
     *
     * @throws IllegalArgumentException if the URI's hosts, path or parameters aren't what this store needs; the message names what
     *     was expected
     */
    Backend open(StoreUri uri, BackendContext context);

    /**
     * Begins to look into a store for people who ask what is wrong with it. By default there is nothing that the backend could tell.
     *
     * @param uri as for {@link #open}
     * @param timeout how long to wait for an answer
     * @param mayWrite whether something may be written and removed again, where nothing else tells what is asked
     * @throws IllegalArgumentException as {@link #open}
     */
    default Checkup checkup(StoreUri uri, Duration timeout, boolean mayWrite) {
        return Checkup.none();
    }
}
