package dev.rollcall.balance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Who stood out in an interval. Success rate and failure share as Envoy documents them. */
final class OutlierCriteria {
    private OutlierCriteria() {}

    /**
     * One that stood out.
     *
     * @param index which of the judged
     * @param excess how far, the higher the worse, of 0 and more
     */
    record Outlier(int index, double excess, String reason) {}

    /** The worst first by each criterion; the same may come for several reasons. */
    static List<Outlier> outliers(OutlierEjection.Criteria criteria, Tally.Counts[] counts) {
        List<Outlier> found = new ArrayList<>();
        if (criteria.successRate() != null) {
            found.addAll(worstFirst(bySuccessRate(criteria.successRate(), counts)));
        }
        if (criteria.failureShare() != null) {
            found.addAll(worstFirst(byFailureShare(criteria.failureShare(), counts)));
        }
        if (criteria.latency() != null) {
            found.addAll(worstFirst(byLatency(criteria.latency(), counts)));
        }
        return found;
    }

    private static List<Outlier> worstFirst(List<Outlier> outliers) {
        outliers.sort(Comparator.comparingDouble(Outlier::excess).reversed());
        return outliers;
    }

    private static int[] those(Tally.Counts[] counts, IntPredicate condition) {
        return IntStream.range(0, counts.length).filter(condition).toArray();
    }

    private static List<Outlier> bySuccessRate(OutlierEjection.SuccessRate rule, Tally.Counts[] counts) {
        int[] busy = those(counts, i -> counts[i].calls() >= rule.minimumCalls());
        List<Outlier> found = new ArrayList<>();
        if (busy.length < rule.minimumInstances()) {
            return found;
        }
        double mean = Arrays.stream(busy)
                .mapToDouble(i -> counts[i].successRate())
                .average()
                .orElse(1);
        double variance = Arrays.stream(busy)
                .mapToDouble(i -> Math.pow(counts[i].successRate() - mean, 2))
                .average()
                .orElse(0);
        double threshold = mean - rule.deviations() * Math.sqrt(variance);
        for (int i : busy) {
            double rate = counts[i].successRate();
            // Equal rates have a mean that may be a rounding error above them.
            if (rate < threshold - 1e-9) {
                found.add(new Outlier(
                        i,
                        threshold - rate,
                        percent(rate) + " of " + counts[i].calls() + " calls succeeded, " + percent(mean)
                                + " on average"));
            }
        }
        return found;
    }

    private static List<Outlier> byFailureShare(OutlierEjection.FailureShare rule, Tally.Counts[] counts) {
        int[] busy = those(counts, i -> counts[i].calls() >= rule.minimumCalls());
        List<Outlier> found = new ArrayList<>();
        if (busy.length < rule.minimumInstances()) {
            return found;
        }
        for (int i : busy) {
            double share = 1 - counts[i].successRate();
            if (share >= rule.share()) {
                found.add(new Outlier(i, share, percent(share) + " of " + counts[i].calls() + " calls failed"));
            }
        }
        return found;
    }

    private static List<Outlier> byLatency(OutlierEjection.Latency rule, Tally.Counts[] counts) {
        int[] busy = those(counts, i -> counts[i].timed() >= rule.minimumCalls());
        List<Outlier> found = new ArrayList<>();
        if (busy.length < rule.minimumInstances()) {
            return found;
        }
        double[] averages = Arrays.stream(busy)
                .mapToDouble(i -> counts[i].averageNanos())
                .sorted()
                .toArray();
        // The lower of the two middle ones, so that of two instances the slower one can stand out.
        double median = averages[(averages.length - 1) / 2];
        for (int i : busy) {
            double average = counts[i].averageNanos();
            if (average > rule.factor() * median && average >= rule.least().toNanos()) {
                found.add(new Outlier(
                        i,
                        average / median,
                        "took " + millis(average) + " on average, where the median is " + millis(median)));
            }
        }
        return found;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static String millis(double nanos) {
        return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }
}
