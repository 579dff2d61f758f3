package dev.rollcall.spi;

/**
 * A connection to one store. It writes entries that die with this process ({@link #publish}) and reports what is in the store
 * ({@link #watchInstances}, {@link #watchServices}). Safe for use by many threads.
 *
 * <p><b>Who does what.</b> A backend keeps its connection and its lease or session alive, finds another server when one fails,
 * and takes up its watches where they were, all by itself and for ever, with {@link BackendContext#backoff} between tries.
 * It does not try a failed write again, compare old with new, remember instances, or call user code: the core does.
 *
 * <p><b>Asynchronous.</b> No method but {@link #close} waits for the store. Threads and connections must not grow with the
 * number of publications and watches. Each request has a deadline, {@link BackendContext#requestTimeout}.
 *
 * <p><b>Calls into the core</b> ({@link InstanceSink}, {@link ServiceSink}, {@link PublicationListener}, completion of stages) may come from any
 * thread, also from within the call that asked for them; they return quickly and never throw. Don't hold a lock meanwhile.
 *
 * <p><b>The layout</b>, how an instance is written, is the backend's. By default it is what the store's other users write, so that
 * they and Rollcall see each other. Names come validated ({@link dev.rollcall.Instance}) and without {@code /}; the separator
 * belongs to the prefix that is listed, so that {@code orders} never sees {@code orders-v2}. What can't be decoded goes to {@link
 * InstanceSink#undecodable} and nowhere else. Limit what is read before parsing it.
 */
public interface Backend extends AutoCloseable {

    /**
     * Prepares to hold one instance in the store. Writes nothing before the first {@link Publication#put}; a publication that
     * was never put is removed without asking the store.
     *
     * @param service the service's name
     * @param id the instance's id; no two open publications of a backend share service and id
     * @param listener is told when the entry is lost
     */
    Publication publish(String service, String id, PublicationListener listener);

    /** Follows the instances of a service, until the watch is closed. The service need not exist. */
    Watch watchInstances(String service, InstanceSink sink);

    /** Follows the names of all services that have at least one entry. */
    Watch watchServices(ServiceSink sink);

    /**
     * The configuration in this store: always the same object.
     *
     * @throws IllegalArgumentException if the URI puts configuration where the services are
     */
    ConfigStore config();

    /**
     * What one process at a time may have, in this store: always the same object.
     *
     * @throws UnsupportedOperationException if this backend can't do that, which is the default
     * @throws IllegalArgumentException if the URI puts configuration where claims are
     */
    default ClaimStore claims() {
        throw new UnsupportedOperationException("elections and locks: this registry's backend has none");
    }

    /**
     * Ends the lease or session, so that every entry that is still published goes at once, fails what is under way with {@link
     * dev.rollcall.StoreException.Kind#CLOSED}, and frees threads and sockets. Waits for the store up to the request timeout and
     * frees all the same when it doesn't answer. Idempotent.
     */
    @Override
    void close();

    /** Something that is being followed. */
    @FunctionalInterface
    interface Watch extends AutoCloseable {

        /** Stops following: after this returns no further call to the sink begins. Idempotent, doesn't wait for the store. */
        @Override
        void close();
    }
}
