package dev.rollcall;

import dev.rollcall.balance.LoadBalancer;
import dev.rollcall.balance.Selector;
import dev.rollcall.health.IdentityCheck;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The live list of a service's instances. Never emptied by an outage, never missing a change; see the guarantees
 * G1 to G5. Safe for use by many threads. Views of the same service share one watch.
 */
public interface ServiceView extends Live<Snapshot> {

    /** The service's name. */
    String service();

    /**
     * All instances that are known, in the order of their ids, whatever their status and however stale; none while
     * nothing is known. Costs one volatile read, allocates nothing.
     */
    List<Instance> instances();

    /**
     * Tells a listener what came, left and changed, the instances already known first. Calls come one at a time and in
     * order; the changes since the last call are merged, so applying each to a set keeps it equal to the view. On
     * Rollcall's listener threads.
     */
    Subscription listenChanges(Consumer<? super Changes> listener);

    /** As {@link #listenChanges(Consumer)}, with the calls on an executor of the caller's. */
    Subscription listenChanges(Executor executor, Consumer<? super Changes> listener);

    /**
     * Records from now on who leaves this view, and what the store shows of why: that its owner took it out, or that it went without a
     * word. Costs nothing for instances that stay; ends with this view at the latest. In a {@linkplain #verified verified} view the instances
     * are as the store has them.
     */
    Departures recordDepartures();

    /** A selector that chooses among this view's instances and follows it; it lives as long as the view. */
    Selector selector(LoadBalancer balancer);

    /**
     * Another view of the service, in which an instance that has not proved who it is stands as {@link Status#OUT_OF_SERVICE}
     * instead of {@link Status#UP}, so that no selector chooses it; see {@link IdentityCheck} for when that is. It asks as
     * long as it is open: close it when it is no longer needed. Each call makes a view that asks for itself, so share it.
     *
     * @throws IllegalStateException if this is such a view already, or the client is closed
     */
    ServiceView verified(IdentityCheck check);

    /** How many different keys of this service have been found not to be instances, and skipped; counted up to 10,000. */
    long undecodable();
}
