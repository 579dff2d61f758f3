package dev.rollcall.balance;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Snapshot;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Picks that nobody measures: the chosen node is the pick. */
final class PlainSelector extends SnapshotSelector {

    PlainSelector(Supplier<Snapshot> source, LoadBalancer balancer, Meter meter, LongSupplier random) {
        super(source, balancer, meter, random);
    }

    @Override
    public Pick pick() {
        return (PlainNode) choose();
    }

    @Override
    public Pick pick(String key) {
        return (PlainNode) choose(key);
    }

    @Override
    public Pick pickExcept(Set<String> triedIds) {
        return (PlainNode) chooseExcept(triedIds, null);
    }

    @Override
    public Pick pickExcept(Set<String> triedIds, String key) {
        return (PlainNode) chooseExcept(triedIds, requireNonNull(key, "key"));
    }
}
