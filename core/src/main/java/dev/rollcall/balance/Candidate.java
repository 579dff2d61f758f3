package dev.rollcall.balance;

import dev.rollcall.Instance;
import dev.rollcall.Snapshot;
import java.time.Duration;

/**
 * An instance that may be chosen, and what is known about it. Safe for use by many threads; the figures are the latest,
 * each read by itself, and zero unless a balancer {@linkplain LoadBalancer#needs() needs} them.
 */
public sealed interface Candidate permits Node {

    /** The instance, as the snapshot has it that the picker was made of. */
    Instance instance();

    /** Whether the store no longer has the instance; see {@link Snapshot#held()}. */
    boolean held();

    /** How many picks of it are open, from this selector. Needs {@link Statistic#IN_FLIGHT}. */
    int inFlight();

    /** Its peak-sensitive average latency, zero when unknown. Needs {@link Statistic#LATENCY}. */
    Duration latency();

    /**
     * The share of recent calls that failed, 0 to 1. Needs {@link Statistic#IN_FLIGHT} or {@link Statistic#LATENCY}.
     */
    double failureShare();
}
