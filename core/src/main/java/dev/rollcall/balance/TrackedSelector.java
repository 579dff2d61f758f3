package dev.rollcall.balance;

import static java.util.Objects.requireNonNull;

import java.util.Set;

/**
 * Picks whose outcome is measured. A class apart from {@link PlainSelector}, so that the compiler sees one kind of pick
 * come out of each and can do without the object; see {@link TrackedPick}.
 */
final class TrackedSelector implements Selector {
    private final Follower follower;
    private final Meter meter;

    TrackedSelector(Follower follower) {
        this.follower = follower;
        this.meter = follower.meter();
    }

    @Override
    public Pick pick() {
        long start = meter.start();
        return meter.begin(follower.choose(), start);
    }

    @Override
    public Pick pick(String key) {
        long start = meter.start();
        return meter.begin(follower.choose(key), start);
    }

    @Override
    public Pick pickExcept(Set<String> triedIds) {
        long start = meter.start();
        return meter.begin(follower.chooseExcept(triedIds, null), start);
    }

    @Override
    public Pick pickExcept(Set<String> triedIds, String key) {
        long start = meter.start();
        return meter.begin(follower.chooseExcept(triedIds, requireNonNull(key, "key")), start);
    }

    @Override
    public Explanation explain() {
        return follower.explain(null);
    }

    @Override
    public Explanation explain(String key) {
        return follower.explain(requireNonNull(key, "key"));
    }
}
