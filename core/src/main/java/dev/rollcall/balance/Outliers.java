package dev.rollcall.balance;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** What the outlier detectors of one selector share. No code of anybody else's runs under the lock. */
final class Outliers {
    private final ReentrantLock lock = new ReentrantLock();
    /** When the time allowed is over for each of those that are being probed, as the instance may be gone by then. */
    private final Map<OutlierRecord, Long> probesUnderWay = new HashMap<>();

    private volatile int revision;

    ReentrantLock lock() {
        return lock;
    }

    /** Changes whenever somebody is ejected or comes back: pickers of an earlier one are out of date. */
    int revision() {
        return revision;
    }

    /** Under the lock. */
    void changed() {
        int before = revision;
        revision = before + 1;
    }

    /** Takes one of the places for probes; under the lock. */
    boolean beginProbe(OutlierRecord record, OutlierEjection.Probing probing, long nowNanos) {
        probesUnderWay.values().removeIf(endNanos -> endNanos - nowNanos <= 0);
        if (probesUnderWay.size() >= probing.concurrency()) {
            return false;
        }
        probesUnderWay.put(record, nowNanos + probing.timeout().toNanos());
        return true;
    }

    /** Under the lock. */
    void endProbe(OutlierRecord record) {
        probesUnderWay.remove(record);
    }
}
