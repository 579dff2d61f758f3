package dev.rollcall.gateway;

import dev.rollcall.balance.Algorithm;
import dev.rollcall.balance.LoadBalancer;
import dev.rollcall.balance.OutlierEjection;
import java.util.Optional;

/**
 * How instances of a service are chosen for one route. Equal ones share a selector, so that what has been learned about instances
 * survives a change of rules that leaves this alone. Immutable.
 *
 * @param canary which version gets a share of its own
 */
record Balancing(Algorithm algorithm, Optional<CanarySplit> canary) {
    static final Balancing DEFAULT = new Balancing(Algorithm.LEAST_LOADED, Optional.empty());

    /**
     * A share of the requests for one version.
     *
     * @param share 0 to 1
     */
    record CanarySplit(String version, double share) {}

    LoadBalancer balancer() {
        LoadBalancer balancer = algorithm.balancer();
        if (canary.isPresent()) {
            balancer = balancer.canary(canary.get().version(), canary.get().share());
        }
        return balancer.ejectOutliers(OutlierEjection.defaults());
    }
}
