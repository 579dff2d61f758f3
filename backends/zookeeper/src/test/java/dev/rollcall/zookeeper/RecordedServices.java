package dev.rollcall.zookeeper;

import dev.rollcall.StoreException;
import dev.rollcall.spi.ServiceSink;
import java.util.Set;

/** What a catalogue has told last. */
final class RecordedServices implements ServiceSink {
    private Set<String> names = Set.of("nothing told yet");
    private boolean fresh;

    @Override
    public synchronized void services(Set<String> now, long revision) {
        names = now;
        fresh = true;
    }

    @Override
    public synchronized void interrupted(StoreException cause) {
        fresh = false;
    }

    @Override
    public synchronized void resumed() {
        fresh = true;
    }

    synchronized Set<String> names() {
        return names;
    }

    synchronized boolean isFresh() {
        return fresh;
    }
}
