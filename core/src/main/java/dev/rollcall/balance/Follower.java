package dev.rollcall.balance;

import dev.rollcall.Snapshot;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps a picker up to date with a source of snapshots, and chooses by it. */
final class Follower {
    /** How often a picker is asked for somebody new before one is made that doesn't know those tried. */
    private static final int MAX_DRAWS = 16;

    private final Supplier<Snapshot> source;
    private final Meter meter;
    private final AtomicBoolean rebuilding = new AtomicBoolean();
    private volatile Generation generation;

    Follower(Supplier<Snapshot> source, LoadBalancer balancer, Meter meter, LongSupplier random) {
        this.source = source;
        this.meter = meter;
        this.generation = Generation.first(balancer, source.get(), meter, random);
    }

    Meter meter() {
        return meter;
    }

    private Generation current() {
        Generation current = generation;
        return current.isOf(source.get()) ? current : refreshed(current);
    }

    /**
     * The balancer is user code, so nobody waits for it: one thread makes the picker, the others use the former one.
     */
    private Generation refreshed(Generation former) {
        if (!rebuilding.compareAndSet(false, true)) {
            return former;
        }
        try {
            // Read again: another thread may have been here since, with a later snapshot than the one that led here.
            Snapshot latest = source.get();
            Generation current = generation;
            if (!current.isOf(latest)) {
                current = current.next(latest);
                generation = current;
            }
            return current;
        } finally {
            rebuilding.set(false);
        }
    }

    Node choose() {
        Generation current = current();
        Node chosen = (Node) current.picker().pick();
        if (chosen == null) {
            throw current.nobody();
        }
        return chosen;
    }

    Node choose(String key) {
        Generation current = current();
        Node chosen = (Node) current.picker().pick(Hashing.of(key));
        if (chosen == null) {
            throw current.nobody();
        }
        return chosen;
    }

    Node chooseExcept(Set<String> tried, @Nullable String key) {
        Generation current = current();
        long keyHash = key == null ? 0 : Hashing.of(key);
        Node heldOne = null;
        for (int draw = 0; draw < MAX_DRAWS; draw++) {
            Node drawn = (Node) draw(current.picker(), key != null, keyHash + draw);
            if (drawn == null) {
                throw current.nobody();
            }
            if (!tried.contains(drawn.instance().id())) {
                if (!drawn.held()) {
                    return drawn;
                }
                heldOne = heldOne == null ? drawn : heldOne;
            }
        }
        if (heldOne != null) {
            return heldOne;
        }
        Node left = (Node) draw(current.pickerExcept(tried), key != null, keyHash);
        if (left == null) {
            throw current.nobodyExcept(tried);
        }
        return left;
    }

    private static @Nullable Candidate draw(Picker picker, boolean keyed, long keyHash) {
        return keyed ? picker.pick(Hashing.mix(keyHash)) : picker.pick();
    }

    Explanation explain(@Nullable String key) {
        return current().explanation(key == null ? null : Hashing.of(key));
    }
}
