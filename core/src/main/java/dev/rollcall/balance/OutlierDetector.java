package dev.rollcall.balance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ejects instances of one picker's candidates and lets them come back. What is known about each lives in its
 * {@linkplain Tracker#outlier tracker}, so the next picker's detector goes on where this one was.
 */
final class OutlierDetector {
    private static final Logger log = LoggerFactory.getLogger(OutlierDetector.class);

    private final OutlierEjection policy;
    private final String service;
    private final Node[] nodes;
    private final OutlierRecord[] records;
    private final Meter meter;
    private final Outliers outliers;
    private volatile int dueTick;
    /** How many were ejected at that revision; counted anew when it is another. */
    private int ejectedCount;

    private int countedRevision = -1;

    /** What a review leads to once the lock is released. */
    private static final class Findings {
        final List<String> messages = new ArrayList<>();
        final List<Runnable> probes = new ArrayList<>();
        boolean changed;
    }

    OutlierDetector(OutlierEjection policy, Candidates candidates) {
        this.policy = policy;
        this.service = candidates.service();
        this.nodes = candidates.nodes();
        this.records = new OutlierRecord[nodes.length];
        this.meter = candidates.meter();
        this.outliers = meter.outliers();
        long now = meter.now();
        ReentrantLock lock = outliers.lock();
        lock.lock();
        try {
            for (int i = 0; i < nodes.length; i++) {
                records[i] = nodes[i].tracker().outlier(policy, now);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether a node must not be chosen, because it is ejected or is now: one volatile read as long as all is well. */
    boolean ejects(Node node) {
        int limit = policy.criteria().failuresInARow();
        return limit > 0 && node.tracker().failuresInARow() >= limit && judge(node);
    }

    private boolean judge(Node node) {
        ReentrantLock lock = outliers.lock();
        if (!lock.tryLock()) {
            return false; // whoever has it may be judging this very one; no pick waits for that
        }
        Findings findings = new Findings();
        boolean ejected;
        try {
            long now = meter.now();
            OutlierRecord record = node.tracker().outlier(policy, now);
            judgeFailuresInARow(node, record, now, findings);
            ejected = record.ejected();
            if (findings.changed) {
                conclude(findings, now);
            }
        } finally {
            lock.unlock();
        }
        act(findings);
        return ejected;
    }

    void reviewIfDue() {
        if (meter.lastTick() - dueTick >= 0 && outliers.lock().tryLock()) {
            act(findings());
        }
    }

    /** Does what is due: ejects, lets come back, begins probes. */
    void review() {
        outliers.lock().lock();
        act(findings());
    }

    /** Releases the lock, which the caller has taken. */
    private Findings findings() {
        Findings findings = new Findings();
        try {
            long now = meter.now();
            keepToLimit(now, findings);
            for (int i = 0; i < nodes.length; i++) {
                judgeFailuresInARow(nodes[i], records[i], now, findings);
                endIfOver(nodes[i], records[i], now, findings);
                doubtIfHeld(nodes[i], records[i], now, findings);
            }
            if (nodes.length > 0 && nextJudgement() - now <= 0) {
                judgeInterval(now, findings);
            }
            conclude(findings, now);
        } finally {
            outliers.lock().unlock();
        }
        return findings;
    }

    private void conclude(Findings findings, long now) {
        if (findings.changed) {
            outliers.changed();
        }
        dueTick = Decaying.tick(nextDue(now)) + 1;
    }

    private static void act(Findings findings) {
        findings.messages.forEach(log::info);
        findings.probes.forEach(Runnable::run);
    }

    private int ejectedNow() {
        if (countedRevision != outliers.revision()) {
            countedRevision = outliers.revision();
            ejectedCount = 0;
            for (OutlierRecord record : records) {
                ejectedCount += record.ejected() ? 1 : 0;
            }
        }
        return ejectedCount;
    }

    /** Lets those come back that were ejected last, if too many are as there are fewer instances now. */
    private void keepToLimit(long now, Findings findings) {
        int tooMany = ejectedNow() - policy.limit(nodes.length);
        if (tooMany > 0) {
            IntStream.range(0, nodes.length)
                    .filter(i -> records[i].ejected())
                    .boxed()
                    .sorted(Comparator.comparingLong((Integer i) -> now - records[i].ejectedNanos()))
                    .limit(tooMany)
                    .forEach(i -> comeBack(nodes[i], records[i], "too many are ejected", now, findings));
        }
    }

    private void judgeFailuresInARow(Node node, OutlierRecord record, long now, Findings findings) {
        if (!record.ejected() && record.failsAlways()) {
            String reason = record.failuresInARow() + " failures in a row";
            if (!eject(node, record, reason, now, findings)) {
                record.forgiveFailuresInARow();
            }
        }
    }

    private void judgeInterval(long now, Findings findings) {
        Tally.Counts[] counts = new Tally.Counts[nodes.length];
        for (int i = 0; i < nodes.length; i++) {
            counts[i] = records[i].judge(now);
        }
        for (OutlierCriteria.Outlier outlier : OutlierCriteria.outliers(policy.criteria(), counts)) {
            eject(nodes[outlier.index()], records[outlier.index()], outlier.reason(), now, findings);
        }
    }

    private boolean eject(Node node, OutlierRecord record, String reason, long now, Findings findings) {
        if (record.ejected() || ejectedNow() >= policy.limit(nodes.length)) {
            return false;
        }
        record.eject(reason, now);
        ejectedCount++;
        findings.changed = true;
        findings.messages.add(name(node) + " is " + record.sentence());
        return true;
    }

    private void comeBack(Node node, OutlierRecord record, String reason, long now, Findings findings) {
        stopProbing(record);
        record.comeBack(now);
        ejectedCount--;
        node.tracker().cameUp(now);
        findings.changed = true;
        findings.messages.add(name(node) + " is chosen again: " + reason);
    }

    private String name(Node node) {
        return service + "/" + node.instance().id();
    }

    private void endIfOver(Node node, OutlierRecord record, long now, Findings findings) {
        OutlierEjection.Probing probing = policy.probing();
        if (!record.ejected() || record.ejectionEndNanos() - now > 0) {
            return;
        }
        if (probing == null) {
            comeBack(node, record, "its time is up", now, findings);
        } else if (!record.probing()) {
            if (outliers.beginProbe(record, probing, now)) {
                int probe = record.beginProbe(now);
                findings.probes.add(() -> ask(node, record, probing.probe(), probe));
            }
        } else if (now - record.probedNanos() >= probing.timeout().toNanos()) {
            stopProbing(record);
            record.eject("no answer to the probe within " + probing.timeout().toMillis() + " ms", now);
            findings.changed = true;
        }
    }

    /** The store no longer has it, so whether it is still there is worth a question. */
    private void doubtIfHeld(Node node, OutlierRecord record, long now, Findings findings) {
        OutlierEjection.Probing probing = policy.probing();
        if (!node.held()) {
            record.trust();
        } else if (probing != null
                && !record.ejected()
                && !record.probing()
                && record.isToBeDoubted()
                && outliers.beginProbe(record, probing, now)) {
            int probe = record.beginProbe(now);
            findings.probes.add(() -> ask(node, record, probing.probe(), probe));
        } else if (probing != null
                && !record.ejected()
                && record.probing()
                && now - record.probedNanos() >= probing.timeout().toNanos()) {
            stopProbing(record);
            ejectHeld(node, record, "no answer to the probe", now, findings);
        }
    }

    private void ejectHeld(Node node, OutlierRecord record, String reason, long now, Findings findings) {
        record.doubted();
        eject(node, record, "it is gone from the store, and " + reason, now, findings);
    }

    private void stopProbing(OutlierRecord record) {
        if (record.endProbe(record.probe())) {
            outliers.endProbe(record);
        }
    }

    private void ask(Node node, OutlierRecord record, Probe probe, int number) {
        try {
            probe.ask(node.instance()).whenComplete((well, failure) -> answered(node, record, number, well, failure));
        } catch (RuntimeException thrown) {
            answered(node, record, number, null, thrown);
        }
    }

    private void answered(
            Node node, OutlierRecord record, int number, @Nullable Boolean well, @Nullable Throwable failure) {
        Findings findings = new Findings();
        ReentrantLock lock = outliers.lock();
        lock.lock();
        try {
            if (!record.endProbe(number)) {
                return; // too late
            }
            outliers.endProbe(record);
            long now = meter.now();
            boolean can = Boolean.TRUE.equals(well);
            String said = "the probe " + (failure == null ? "said no" : "failed: " + failure);
            if (!record.ejected()) {
                if (can) {
                    record.doubted();
                } else {
                    ejectHeld(node, record, said, now, findings);
                }
            } else if (can) {
                comeBack(node, record, "the probe found that it can serve", now, findings);
            } else {
                record.eject(said, now);
            }
            // In any case, as another may have waited for a probe's place.
            outliers.changed();
        } finally {
            lock.unlock();
        }
        act(findings);
    }

    private long nextJudgement() {
        long earliest = records[0].judgedNanos();
        for (OutlierRecord record : records) {
            earliest = earliest - record.judgedNanos() > 0 ? record.judgedNanos() : earliest;
        }
        return earliest + policy.intervalNanos();
    }

    private long nextDue(long now) {
        long wait = nodes.length == 0 ? Long.MAX_VALUE / 2 : Math.max(0, nextJudgement() - now);
        OutlierEjection.Probing probing = policy.probing();
        for (OutlierRecord record : records) {
            if (record.ejected() || record.probing()) {
                long end = record.probing() && probing != null
                        ? record.probedNanos() + probing.timeout().toNanos()
                        : record.ejectionEndNanos();
                // One whose time is up waits for a probe's place, whose end is noticed otherwise.
                wait = end - now > 0 ? Math.min(wait, end - now) : wait;
            }
        }
        return now + Math.min(wait, policy.intervalNanos());
    }

    /** Who is ejected, and why in words: no more than the limit, the earliest of them. */
    Map<Node, String> ejected() {
        Map<Node, String> ejected = new HashMap<>();
        ReentrantLock lock = outliers.lock();
        lock.lock();
        try {
            long now = meter.now();
            IntStream.range(0, nodes.length)
                    .filter(i -> records[i].ejected())
                    .boxed()
                    .sorted(Comparator.comparingLong((Integer i) -> records[i].ejectedNanos() - now))
                    .limit(policy.limit(nodes.length))
                    .forEach(i -> ejected.put(nodes[i], records[i].sentence()));
        } finally {
            lock.unlock();
        }
        return ejected;
    }
}
