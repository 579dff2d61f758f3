package dev.rollcall;

import java.util.List;

/**
 * A record of who has left a view, for those who want to say why an instance is gone; see {@link ServiceView#recordDepartures}. Safe for use by
 * many threads.
 */
public interface Departures extends AutoCloseable {

    /** How many departures are kept until they are taken; of more, the oldest are forgotten. */
    int CAPACITY = 10_000;

    /**
     * Takes those that were recorded since the last call, the oldest first. A departure is recorded before the reading in which the instance is
     * missing can be seen, so who calls this after looking at a reading misses none of it.
     */
    List<Departure> take();

    /** Ends the record and forgets it. Idempotent. */
    @Override
    void close();
}
