package dev.rollcall.bridge;

import java.time.Duration;

/**
 * Counts spans of time in buckets that each are about a tenth wider than the one before: 16 to a doubling, as in Gil Tene's
 * HdrHistogram with one digit. Fixed in size. Confined to the loop.
 */
final class LagHistogram {
    private static final int SUB_BITS = 4;
    private static final int SUB_BUCKETS = 1 << SUB_BITS;

    private final long[] counts = new long[(Long.SIZE - SUB_BITS) * SUB_BUCKETS];
    private long total;
    private long longestMicros;

    void add(long nanos) {
        long micros = Math.max(0, nanos / 1_000);
        counts[bucket(micros)]++;
        total++;
        longestMicros = Math.max(longestMicros, micros);
    }

    Lag lag() {
        return new Lag(total, percentile(0.50), percentile(0.99), micros(longestMicros));
    }

    private Duration percentile(double share) {
        long rank = (long) Math.ceil(share * total);
        long seen = 0;
        for (int bucket = 0; bucket < counts.length && rank > 0; bucket++) {
            seen += counts[bucket];
            if (seen >= rank) {
                return micros(Math.min(highest(bucket), longestMicros));
            }
        }
        return Duration.ZERO;
    }

    private static int bucket(long micros) {
        int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(micros) - SUB_BITS - 1);
        return (shift << SUB_BITS) + (int) (micros >>> shift);
    }

    private static long highest(int bucket) {
        int shift = Math.max(0, (bucket >> SUB_BITS) - 1);
        long sub = bucket - ((long) shift << SUB_BITS);
        return ((sub + 1) << shift) - 1;
    }

    private static Duration micros(long micros) {
        return Duration.ofNanos(micros * 1_000);
    }
}
