package dev.rollcall.balance;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Snapshot;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps a picker up to date with a source of snapshots, and chooses by it; what a pick is, its two kinds say. */
abstract class SnapshotSelector implements Selector {
    /** How often a picker is asked for somebody new before one is made that doesn't know those tried. */
    private static final int MAX_DRAWS = 16;

    private final Supplier<Snapshot> source;
    private final AtomicBoolean rebuilding = new AtomicBoolean();
    private volatile Generation generation;

    SnapshotSelector(Supplier<Snapshot> source, LoadBalancer balancer, Meter meter, LongSupplier random) {
        this.source = source;
        this.generation = Generation.first(balancer, source.get(), meter, random);
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

    final Candidate choose() {
        Generation current = current();
        Candidate chosen = current.picker().pick();
        if (chosen == null) {
            throw current.nobody();
        }
        return chosen;
    }

    final Candidate choose(String key) {
        Generation current = current();
        Candidate chosen = current.picker().pick(Hashing.of(key));
        if (chosen == null) {
            throw current.nobody();
        }
        return chosen;
    }

    final Candidate chooseExcept(Set<String> tried, @Nullable String key) {
        Generation current = current();
        long keyHash = key == null ? 0 : Hashing.of(key);
        Candidate heldOne = null;
        for (int draw = 0; draw < MAX_DRAWS; draw++) {
            Candidate drawn = draw(current.picker(), key != null, keyHash + draw);
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
        Candidate left = draw(current.pickerExcept(tried), key != null, keyHash);
        if (left == null) {
            throw current.nobodyExcept(tried);
        }
        return left;
    }

    private static @Nullable Candidate draw(Picker picker, boolean keyed, long keyHash) {
        return keyed ? picker.pick(Hashing.mix(keyHash)) : picker.pick();
    }

    @Override
    public final Explanation explain() {
        return current().explanation(null);
    }

    @Override
    public final Explanation explain(String key) {
        return current().explanation(Hashing.of(requireNonNull(key, "key")));
    }
}
