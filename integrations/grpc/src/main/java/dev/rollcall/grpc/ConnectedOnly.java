package dev.rollcall.grpc;

import dev.rollcall.balance.Candidates;
import dev.rollcall.balance.LoadBalancer;
import dev.rollcall.balance.Picker;
import dev.rollcall.balance.Statistic;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Another balancer, over the instances that are connected. A filter and not a smaller snapshot, because a connection
 * that is lost and found again must cost an instance neither its statistics nor another slow start.
 *
 * @param connected the ids; asked for each snapshot
 */
record ConnectedOnly(LoadBalancer inner, Supplier<Set<String>> connected) implements LoadBalancer {

    @Override
    public Picker picker(Candidates candidates) {
        Set<String> ids = connected.get();
        return candidates
                .where("connected", instance -> ids.contains(instance.id()))
                .picker(inner);
    }

    @Override
    public Set<Statistic> needs() {
        return inner.needs();
    }

    @Override
    public String toString() {
        return inner.toString();
    }
}
