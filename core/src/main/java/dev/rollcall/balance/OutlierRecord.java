package dev.rollcall.balance;

import java.time.Duration;

/** What one policy has on one instance. Guarded by the lock of {@link Outliers}. */
final class OutlierRecord {
    private final OutlierEjection policy;
    private final Tally tally;
    private Tally.Mark judged;
    private long judgedNanos;
    private boolean ejected;
    private long ejectedNanos;
    private int ejections;
    /** Since when it has been in, counted anew with each ejection that this made up for. */
    private long sinceNanos;

    private String reason = "";
    /** Counts the probes begun; odd while one is under way, so that a late answer is told from a timely one. */
    private int probes;

    private long probedNanos;
    /** Whether it was probed since the store has lost it. */
    private boolean doubted;

    OutlierRecord(OutlierEjection policy, Tally tally, long nowNanos) {
        this.policy = policy;
        this.tally = tally;
        this.judged = tally.read();
        this.judgedNanos = nowNanos;
        this.sinceNanos = nowNanos;
    }

    OutlierEjection policy() {
        return policy;
    }

    boolean ejected() {
        return ejected;
    }

    long ejectedNanos() {
        return ejectedNanos;
    }

    long judgedNanos() {
        return judgedNanos;
    }

    boolean failsAlways() {
        int limit = policy.criteria().failuresInARow();
        return limit > 0 && tally.failuresInARow() >= limit;
    }

    void forgiveFailuresInARow() {
        tally.forgiveFailuresInARow();
    }

    int failuresInARow() {
        return tally.failuresInARow();
    }

    /** The calls since it was last judged, and one ejection less if it got through the interval. */
    Tally.Counts judge(long nowNanos) {
        Tally.Mark now = tally.read();
        Tally.Counts counts = now.since(judged);
        judged = now;
        judgedNanos = nowNanos;
        if (!ejected && ejections > 0 && nowNanos - sinceNanos >= policy.intervalNanos()) {
            sinceNanos = nowNanos;
            ejections--;
        }
        return counts;
    }

    void eject(String why, long nowNanos) {
        ejected = true;
        ejectedNanos = nowNanos;
        ejections = Math.min(ejections + 1, policy.maxEjections());
        reason = why;
    }

    void comeBack(long nowNanos) {
        ejected = false;
        sinceNanos = nowNanos;
        judged = tally.read();
        judgedNanos = nowNanos;
        tally.forgiveFailuresInARow();
    }

    long ejectionEndNanos() {
        return ejectedNanos + policy.ejectionNanos(ejections);
    }

    boolean probing() {
        return (probes & 1) != 0;
    }

    long probedNanos() {
        return probedNanos;
    }

    boolean isToBeDoubted() {
        return !doubted;
    }

    void doubted() {
        doubted = true;
    }

    void trust() {
        doubted = false;
    }

    /** Returns what to compare with when the answer comes. */
    int beginProbe(long nowNanos) {
        probedNanos = nowNanos;
        return ++probes;
    }

    /** Whether this is the probe under way, which then is no more. */
    boolean endProbe(int probe) {
        if (probe != probes || !probing()) {
            return false;
        }
        probes++;
        return true;
    }

    int probe() {
        return probes;
    }

    /** For how long and why, in words. */
    String sentence() {
        return "ejected for "
                + Duration.ofNanos(policy.ejectionNanos(ejections)).toSeconds() + " s: " + reason;
    }

    String reason() {
        return reason;
    }
}
