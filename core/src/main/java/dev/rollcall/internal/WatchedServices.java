package dev.rollcall.internal;

import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.StoreException;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.EventLoop;
import dev.rollcall.spi.ServiceSink;
import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The live catalogue of services, shared by all who follow it. Its one writer is the event loop. */
final class WatchedServices implements ServiceSink {
    private final EventLoop loop;
    private final Observed<Reading<SortedSet<String>>> reading;
    private Backend.@Nullable Watch watch;
    private volatile boolean closed;

    WatchedServices(EventLoop loop) {
        this.loop = loop;
        this.reading = new Observed<>(new Reading.Pending<>(loop.now(), null));
    }

    void start(Backend backend) {
        watch = backend.watchServices(this);
    }

    Observed<Reading<SortedSet<String>>> reading() {
        return reading;
    }

    void close() {
        closed = true;
        if (watch != null) {
            watch.close();
        }
        reading.end();
    }

    @Override
    public void services(Set<String> names, long revision) {
        SortedSet<String> sorted = Collections.unmodifiableSortedSet(new TreeSet<>(names));
        sorted.forEach(Instance::requireServiceName);
        set(before -> new Reading.Fresh<>(sorted, revision));
    }

    @Override
    public void interrupted(StoreException cause) {
        set(before -> {
            if (before instanceof Reading.Pending<SortedSet<String>> pending) {
                return new Reading.Pending<>(pending.since(), cause);
            }
            if (before instanceof Reading.Stale<SortedSet<String>> stale) {
                return new Reading.Stale<>(stale.known(), stale.revision(), stale.since(), cause);
            }
            Reading.Fresh<SortedSet<String>> fresh = (Reading.Fresh<SortedSet<String>>) before;
            return new Reading.Stale<>(fresh.known(), fresh.revision(), loop.now(), cause);
        });
    }

    @Override
    public void resumed() {
        set(before -> before instanceof Reading.Stale<SortedSet<String>> stale
                ? new Reading.Fresh<>(stale.known(), stale.revision())
                : before);
    }

    private void set(java.util.function.UnaryOperator<Reading<SortedSet<String>>> next) {
        loop.execute(() -> {
            Reading<SortedSet<String>> before = reading.value();
            Reading<SortedSet<String>> now = next.apply(before);
            if (!closed && !now.equals(before)) {
                reading.set(now);
            }
        });
    }
}
