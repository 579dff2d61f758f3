package dev.rollcall.balance;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns down instances that came up lately as often as they are short of their full share, and picks again.
 *
 * <p>Design note: weights that grow with time would need a new picker every moment. Turning down needs none, works with
 * every balancer, and costs nothing when all are warm: then the inner picker stands alone, or one flag is read until
 * the next snapshot. While someone is warming up, only picks that hit him read the clock. Picks by key are not turned
 * down: whoever goes by keys wants the same instance each time.
 */
final class SlowStartPicker implements Picker {
    private static final double LEAST_SHARE = 0.1;
    /** After so many turned down the next is taken. */
    private static final int MAX_TURNED_DOWN = 8;

    private final Picker inner;
    private final Meter meter;
    private final LongSupplier random;
    private final long oldestUpSinceNanos;
    private final long youngestUpSinceNanos;
    private final boolean allStarting;
    private final long windowNanos;
    private volatile boolean warm;

    /**
     * @param oldestUpSinceNanos when the first of those came up that are still warming up
     * @param youngestUpSinceNanos when the last of them did
     * @param allStarting whether nobody is warm, so that they are measured by the oldest of them
     */
    SlowStartPicker(
            Picker inner,
            Candidates candidates,
            long oldestUpSinceNanos,
            long youngestUpSinceNanos,
            boolean allStarting,
            long windowNanos) {
        this.inner = inner;
        this.meter = candidates.meter();
        this.random = candidates.random();
        this.oldestUpSinceNanos = oldestUpSinceNanos;
        this.youngestUpSinceNanos = youngestUpSinceNanos;
        this.allStarting = allStarting;
        this.windowNanos = windowNanos;
    }

    @Override
    public @Nullable Candidate pick() {
        Candidate drawn = inner.pick();
        for (int i = 0; i < MAX_TURNED_DOWN && drawn != null && isTurnedDown((Node) drawn); i++) {
            drawn = inner.pick();
        }
        return drawn;
    }

    @Override
    public @Nullable Candidate pick(long keyHash) {
        return inner.pick(keyHash);
    }

    private boolean isTurnedDown(Node node) {
        if (warm || !node.tracker().cameUpSince(oldestUpSinceNanos)) {
            return false;
        }
        long now = meter.now();
        if (now - youngestUpSinceNanos >= windowNanos) {
            warm = true;
            return false;
        }
        double share = share(node.tracker().ageNanos(now));
        double full = allStarting ? share(now - oldestUpSinceNanos) : 1;
        return share < full && !Randomness.within(random.getAsLong(), share / full);
    }

    private double share(long ageNanos) {
        return Math.max(LEAST_SHARE, Math.min(1, (double) ageNanos / windowNanos));
    }
}
