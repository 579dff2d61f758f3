package dev.rollcall.balance;

import dev.rollcall.Snapshot;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Chooses instances of one service. */
public interface Selector {

    /**
     * A selector over a source of snapshots.
     *
     * @param source the current snapshot; read at each pick, so cheap
     * @param nanoClock monotonic time in nanoseconds
     */
    @SuppressWarnings("DoNotCallSuggester")
    static Selector of(Supplier<Snapshot> source, LoadBalancer balancer, LongSupplier nanoClock) {
        throw new UnsupportedOperationException();
    }

    /** Chooses an instance. */
    Pick pick();
}
