package dev.rollcall.balance;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Snapshot;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Picks whose outcome is measured. A class apart from {@link PlainSelector}, so that the compiler sees one kind of pick
 * come out of each and can do without the object; see {@link TrackedPick}.
 */
final class TrackedSelector extends SnapshotSelector {
    private static final int RECURSIONS = 2;

    private final Meter meter;

    TrackedSelector(Supplier<Snapshot> source, LoadBalancer balancer, Meter meter, LongSupplier random) {
        super(source, balancer, meter, random);
        this.meter = meter;
    }

    @Override
    public Pick pick() {
        long start = meter.start();
        return meter.begin(chooseApart(null, RECURSIONS), start);
    }

    @Override
    public Pick pick(String key) {
        long start = meter.start();
        return meter.begin(chooseApart(requireNonNull(key, "key"), RECURSIONS), start);
    }

    /**
     * Chooses, in a call that is never inlined: HotSpot inlines a method into itself only once. With the choosing in it,
     * a pick becomes machine code too long to be inlined into the caller, and then each costs an object; so it costs two
     * nanoseconds.
     */
    private TrackedNode chooseApart(@Nullable String key, int recursions) {
        if (recursions > 0) {
            return chooseApart(key, recursions - 1);
        }
        return (TrackedNode) (key == null ? choose() : choose(key));
    }

    @Override
    public Pick pickExcept(Set<String> triedIds) {
        long start = meter.start();
        return meter.begin((TrackedNode) chooseExcept(triedIds, null), start);
    }

    @Override
    public Pick pickExcept(Set<String> triedIds, String key) {
        long start = meter.start();
        return meter.begin((TrackedNode) chooseExcept(triedIds, requireNonNull(key, "key")), start);
    }
}
