package dev.rollcall.etcd;

import dev.rollcall.StoreException;
import dev.rollcall.spi.ServiceSink;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a catalogue would know. */
final class RecordedServices implements ServiceSink {
    private volatile Set<String> names = Set.of();
    private volatile boolean fresh;
    final List<Set<String>> reports = new CopyOnWriteArrayList<>();

    @Override
    public void services(Set<String> all, long revision) {
        names = all;
        fresh = true;
        reports.add(all);
    }

    @Override
    public void interrupted(StoreException cause) {
        fresh = false;
    }

    @Override
    public void resumed() {
        fresh = true;
    }

    Set<String> names() {
        return names;
    }

    boolean isFresh() {
        return fresh;
    }
}
