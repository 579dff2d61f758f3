package dev.rollcall.tck;

import java.util.Set;

/**
 * A real store as the conformance kit handles it: where clients connect, what can go wrong with it, and what is really in it.
 * Everything but {@link #uri} goes straight to the store, past the links that can be cut, with the store's own client. Methods block
 * until what they say is done.
 */
public interface StoreUnderTest extends AutoCloseable {

    /** Where Rollcall connects, over links that {@link #cut} and {@link #freeze} act on; an empty root or chroot of its own for each call of {@link #isolate}. */
    String uri();

    /** Where Rollcall connects past those links: the same part of the store, for a client that the faults don't touch. */
    String directUri();

    /** Moves {@link #uri} and {@link #directUri} to an empty part of the store, so that tests don't see each other. */
    void isolate();

    /** Closes all connections of clients and refuses new ones. */
    void cut();

    /** Leaves connections open and passes nothing: a black hole. */
    void freeze();

    /** Ends {@link #cut} and {@link #freeze}. */
    void heal();

    /** Kills the store's process, or each of them, as {@code kill -9} does. */
    void kill();

    /** Starts the store again, with the data that it had. */
    void restart();

    /** The store loses everything: killed, its data deleted, started again empty at the same address. */
    void wipe();

    /** Ends every lease or session now, on the server's side, while its clients stay connected. */
    void expireLeases();

    /** Forgets the history of changes, where the store keeps one for watches to resume from. */
    default void compact() {}

    /** Deletes one instance's entry, behind its owner's back. */
    void delete(String service, String id);

    /** Writes an entry that is not an instance where an instance of that id would be. */
    void putGarbage(String service, String id);

    /** The ids of a service's entries, as the store has them now. */
    Set<String> ids(String service);

    /** Writes bytes at a configuration key that exists. */
    void putConfig(String key, byte[] value);

    @Override
    void close();
}
