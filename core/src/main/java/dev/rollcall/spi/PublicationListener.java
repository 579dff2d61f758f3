package dev.rollcall.spi;

import dev.rollcall.StoreException;

/** How a backend tells the core that an entry is not in the store any more. Calls of one publication are serial. */
public interface PublicationListener {

    /**
     * The entry is gone, or must be taken to be: deleted by somebody, its lease or session ended, or not renewed for a whole TTL. The core
     * will {@link Publication#put} again. Calling once too often does no harm; noticing late does: no later than one TTL.
     */
    void lost(StoreException cause);

    /**
     * Another live process has taken the entry over. The core leaves it alone and waits; the backend keeps watching and calls {@link
     * #lost} when the other's entry is gone. Only over a bridge's mirror the core calls {@link Publication#put} again at once.
     */
    void displaced(StoreException cause);
}
