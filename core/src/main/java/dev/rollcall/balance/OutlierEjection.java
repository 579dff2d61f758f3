package dev.rollcall.balance;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When an instance that does much worse than the others is left out for a while, and for how long. Immutable.
 *
 * <p>The reference is Envoy's outlier detection: its documentation of the algorithm (envoyproxy.io, "Architecture
 * overview: outlier detection") and of its configuration ({@code config.cluster.v3.OutlierDetection}), from which the
 * defaults are. An instance is ejected as soon as it has failed several times in a row, or when an interval ends in which
 * it stood out by its success rate, by its share of failures or by its latency; the last is ours, as Envoy has none. It
 * comes back after the base time multiplied by how often it was ejected of late: each ejection adds one, each interval
 * that it gets through takes one off. A call that {@linkplain Pick#failed() failed} and one that found the instance
 * {@linkplain Pick#overloaded() overloaded} count as failures; one that was only closed counts as nothing.
 *
 * <p>No more than a share of the instances are ejected at a time, though always one may be, unless it is the only one.
 * There is no timer: what is due is done by picks, so nothing happens to a service that nobody calls.
 */
public final class OutlierEjection {
    private static final OutlierEjection DEFAULTS = new OutlierEjection(
            new Times(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(300)),
            0.1,
            new Criteria(5, new SuccessRate(5, 100, 1.9), null, null),
            null);

    private final Times times;
    private final double maxShare;
    private final Criteria criteria;
    private final @Nullable Probing probing;

    record Times(Duration interval, Duration base, Duration most) {}

    record Criteria(
            int failuresInARow,
            @Nullable SuccessRate successRate,
            @Nullable FailureShare failureShare,
            @Nullable Latency latency) {}

    record Probing(Probe probe, Duration timeout, int concurrency) {}

    /**
     * Ejects those whose success rate is below the average of all by so many standard deviations.
     *
     * @param minimumInstances how many must have had enough calls for there to be an average: 1 or more, by default 5
     * @param minimumCalls how many calls in the interval are enough: 1 or more, by default 100
     * @param deviations how many standard deviations: above 0, by default 1.9
     */
    public record SuccessRate(int minimumInstances, int minimumCalls, double deviations) {
        public SuccessRate {
            requireMinimum(minimumInstances, minimumCalls);
            requirePositive("deviations", deviations);
        }
    }

    /**
     * Ejects those of which a given share of calls fail, whatever the others do. Off by default, as with Envoy, whose
     * values are 5, 50 and 0.85.
     *
     * @param minimumInstances how many must have had enough calls: 1 or more
     * @param minimumCalls how many calls in the interval are enough: 1 or more
     * @param share from what share of failures on: above 0, up to 1
     */
    public record FailureShare(int minimumInstances, int minimumCalls, double share) {
        public FailureShare {
            requireMinimum(minimumInstances, minimumCalls);
            requireShare(share);
        }
    }

    /**
     * Ejects those whose average latency is several times the median of all averages. Off by default. Only calls that
     * succeeded count, and of those only the ones that are {@linkplain Statistic#LATENCY timed}.
     *
     * @param minimumInstances how many must have had enough calls for there to be a median: 1 or more
     * @param minimumCalls how many timed calls in the interval are enough: 1 or more
     * @param factor how many times the median: above 1
     * @param least no average below this is ever too long, such as 100 ms: zero or more
     */
    public record Latency(int minimumInstances, int minimumCalls, double factor, Duration least) {
        public Latency {
            requireMinimum(minimumInstances, minimumCalls);
            if (!(factor > 1)) {
                throw new IllegalArgumentException("factor: " + factor + " (expected: above 1)");
            }
            if (least.isNegative()) {
                throw new IllegalArgumentException("least: " + least + " (expected: zero or more)");
            }
        }
    }

    private OutlierEjection(Times times, double maxShare, Criteria criteria, @Nullable Probing probing) {
        this.times = times;
        this.maxShare = maxShare;
        this.criteria = criteria;
        this.probing = probing;
    }

    /**
     * Envoy's defaults: 5 failures in a row, or a success rate 1.9 standard deviations below the average; at most a
     * tenth of the instances, for 30 s times the number of ejections, 300 s at the most; judged every 10 s.
     */
    public static OutlierEjection defaults() {
        return DEFAULTS;
    }

    /**
     * The same with other times.
     *
     * @param interval how often success rates, shares and latencies are judged: above zero, by default 10 s
     * @param base how long the first ejection lasts: above zero, by default 30 s
     * @param most how long any lasts: at least the base, by default 300 s
     */
    public OutlierEjection withTimes(Duration interval, Duration base, Duration most) {
        if (interval.isNegative() || interval.isZero() || base.isNegative() || base.isZero()) {
            throw new IllegalArgumentException(
                    "interval: " + interval + ", base: " + base + " (expected: above zero, both)");
        }
        if (most.compareTo(base) < 0 || most.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("most: " + most + " (expected: " + base + " to 1 day)");
        }
        return new OutlierEjection(new Times(interval, base, most), maxShare, criteria, probing);
    }

    /**
     * The same with another limit.
     *
     * @param maxShare what share of the instances may be ejected at a time: above 0, up to 1, by default 0.1. One may be
     *     even if that is more, and one stays in even if that is less
     */
    public OutlierEjection withMaxShare(double maxShare) {
        requireShare(maxShare);
        return new OutlierEjection(times, maxShare, criteria, probing);
    }

    /** The same for so many failures in a row: 1 or more, by default 5; or 0 not to judge by it. */
    public OutlierEjection withFailuresInARow(int failuresInARow) {
        if (failuresInARow < 0) {
            throw new IllegalArgumentException("failuresInARow: " + failuresInARow + " (expected: 0 or more)");
        }
        return new OutlierEjection(
                times,
                maxShare,
                new Criteria(failuresInARow, criteria.successRate, criteria.failureShare, criteria.latency),
                probing);
    }

    /** The same by this success rate; by none if it is null. */
    public OutlierEjection withSuccessRate(@Nullable SuccessRate successRate) {
        return new OutlierEjection(
                times,
                maxShare,
                new Criteria(criteria.failuresInARow, successRate, criteria.failureShare, criteria.latency),
                probing);
    }

    /** The same by this share of failures; by none if it is null. */
    public OutlierEjection withFailureShare(@Nullable FailureShare failureShare) {
        return new OutlierEjection(
                times,
                maxShare,
                new Criteria(criteria.failuresInARow, criteria.successRate, failureShare, criteria.latency),
                probing);
    }

    /** The same by this latency; by none if it is null. */
    public OutlierEjection withLatency(@Nullable Latency latency) {
        return new OutlierEjection(
                times,
                maxShare,
                new Criteria(criteria.failuresInARow, criteria.successRate, criteria.failureShare, latency),
                probing);
    }

    /**
     * The same, but an instance whose time is up comes back only when a probe finds that it can serve; when not, it is
     * ejected once more, for longer. One that the store has lost and that is {@linkplain Candidate#held() held} is probed
     * as well, once, and ejected if it can't serve.
     *
     * @param timeout how long an answer may take: above zero
     * @param concurrency how many probes of one selector may be under way: 1 or more
     */
    public OutlierEjection withProbe(Probe probe, Duration timeout, int concurrency) {
        requireNonNull(probe, "probe");
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: above zero)");
        }
        if (concurrency < 1) {
            throw new IllegalArgumentException("concurrency: " + concurrency + " (expected: 1 or more)");
        }
        return new OutlierEjection(times, maxShare, criteria, new Probing(probe, timeout, concurrency));
    }

    Criteria criteria() {
        return criteria;
    }

    @Nullable
    Probing probing() {
        return probing;
    }

    long intervalNanos() {
        return times.interval().toNanos();
    }

    /** How long an instance is out that was ejected so many times. */
    long ejectionNanos(int ejections) {
        return Math.min(times.most().toNanos(), times.base().toNanos() * ejections);
    }

    /** How many ejections make a difference to the time out. */
    int maxEjections() {
        return 1 + (int) (times.most().toNanos() / times.base().toNanos());
    }

    /** How many of so many instances may be ejected. */
    int limit(int instances) {
        return instances < 2 ? 0 : Math.min(instances - 1, Math.max(1, (int) (instances * maxShare)));
    }

    private static void requireMinimum(int minimumInstances, int minimumCalls) {
        if (minimumInstances < 1 || minimumCalls < 1) {
            throw new IllegalArgumentException("minimumInstances: " + minimumInstances + ", minimumCalls: "
                    + minimumCalls + " (expected: 1 or more, both)");
        }
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: above 0)");
        }
    }

    private static void requireShare(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share: " + share + " (expected: above 0, up to 1)");
        }
    }

    @Override
    public String toString() {
        return criteria + ", at most " + maxShare + " of the instances, " + times;
    }
}
