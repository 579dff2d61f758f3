package dev.rollcall.balance;

import static java.util.Objects.requireNonNull;

import java.util.Set;

/** Picks that nobody measures: the chosen node is the pick. */
final class PlainSelector implements Selector {
    private final Follower follower;

    PlainSelector(Follower follower) {
        this.follower = follower;
    }

    @Override
    public Pick pick() {
        return follower.choose();
    }

    @Override
    public Pick pick(String key) {
        return follower.choose(key);
    }

    @Override
    public Pick pickExcept(Set<String> triedIds) {
        return follower.chooseExcept(triedIds, null);
    }

    @Override
    public Pick pickExcept(Set<String> triedIds, String key) {
        return follower.chooseExcept(triedIds, requireNonNull(key, "key"));
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
