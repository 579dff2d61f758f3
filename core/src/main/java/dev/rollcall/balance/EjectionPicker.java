package dev.rollcall.balance;

import org.jspecify.annotations.Nullable;

/**
 * Picks among those that are not ejected, and has done what is due.
 *
 * <p>Design note: reports only count; what they amount to is looked at by the next pick of that instance, before it is
 * given another call. So a report stays one atomic addition, and there is neither a timer nor a thread that could fall
 * behind. The time comes from the last pick that was timed, which saves a look at the clock.
 */
final class EjectionPicker implements Picker {
    private static final int MAX_DRAWS = 8;

    private final Picker inner;
    private final OutlierDetector detector;

    EjectionPicker(Picker inner, OutlierDetector detector) {
        this.inner = inner;
        this.detector = detector;
    }

    @Override
    public @Nullable Candidate pick() {
        detector.reviewIfDue();
        Candidate drawn = inner.pick();
        for (int i = 0; i < MAX_DRAWS && drawn != null && detector.ejects((Node) drawn); i++) {
            drawn = inner.pick();
        }
        return drawn;
    }

    @Override
    public @Nullable Candidate pick(long keyHash) {
        detector.reviewIfDue();
        Candidate drawn = inner.pick(keyHash);
        for (int i = 1; i <= MAX_DRAWS && drawn != null && detector.ejects((Node) drawn); i++) {
            drawn = inner.pick(Hashing.mix(keyHash + i));
        }
        return drawn;
    }
}
