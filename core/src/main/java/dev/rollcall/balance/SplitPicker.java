package dev.rollcall.balance;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Divides picks among several pickers in given shares: at random, or by key, so that a key stays with its part; and
 * stays in the first part while that one's share grows.
 */
final class SplitPicker implements Picker {
    private static final long SALT = 0x5bf0_3635_dcb8_a9e1L;

    private final Picker[] pickers;
    /** Where each one's share ends, of 0 to 1. */
    private final double[] ends;

    private final LongSupplier random;

    private SplitPicker(List<Picker> pickers, List<Double> shares, LongSupplier random) {
        this.pickers = pickers.toArray(new Picker[0]);
        this.random = random;
        this.ends = new double[shares.size()];
        double end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += shares.get(i);
            ends[i] = end;
        }
    }

    @Override
    public @Nullable Candidate pick() {
        return chosen(random.getAsLong()).pick();
    }

    @Override
    public @Nullable Candidate pick(long keyHash) {
        return chosen(Hashing.mix(keyHash ^ SALT)).pick(keyHash);
    }

    private Picker chosen(long bits) {
        int last = pickers.length - 1;
        for (int i = 0; i < last; i++) {
            if (Randomness.within(bits, ends[i])) {
                return pickers[i];
            }
        }
        return pickers[last];
    }

    /** Collects the parts; those without a share are left out. */
    static final class Builder {
        private final List<Picker> pickers = new ArrayList<>();
        private final List<Double> shares = new ArrayList<>();

        void add(Picker picker, double share) {
            if (share > 0) {
                pickers.add(picker);
                shares.add(share);
            }
        }

        Picker build(LongSupplier random) {
            return pickers.size() == 1 ? pickers.get(0) : new SplitPicker(pickers, shares, random);
        }
    }
}
