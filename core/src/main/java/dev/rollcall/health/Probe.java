package dev.rollcall.health;

import dev.rollcall.Instance;
import java.time.Duration;

/**
 * Asks an instance once whether it can serve. Used by many threads at once where several instances share it, so it is
 * immutable or safe for that.
 *
 * @see HttpProbe
 * @see TcpProbe
 * @see CommandProbe
 */
@FunctionalInterface
public interface Probe {

    /**
     * Asks, and waits for the answer. Called on one of a bounded number of threads, so it should give up by itself when
     * its time is over; one that doesn't is interrupted soon after, counts as failed, and is not called again before it
     * has returned. What it throws counts as failed.
     *
     * @param instance whom to ask, as its owner wants it to be now
     * @param timeout how long it may take; above zero
     */
    ProbeResult probe(Instance instance, Duration timeout) throws InterruptedException;
}
