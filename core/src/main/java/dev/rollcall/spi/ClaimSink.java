package dev.rollcall.spi;

import dev.rollcall.StoreException;
import java.util.Optional;

/** Where a backend reports who holds something. Calls are serial; the same rules as for {@link InstanceSink}. */
public interface ClaimSink {

    /**
     * Who is the first in the line: when the watch begins, after an interruption, and whenever that has changed; several changes may come as one.
     *
     * @param holder empty if nobody is in the line
     * @param revision the store's counter as of this report
     */
    void holder(Optional<ClaimHolder> holder, long revision);

    /** As {@link InstanceSink#interrupted}. */
    void interrupted(StoreException cause);

    /** As {@link InstanceSink#resumed}. */
    void resumed();
}
