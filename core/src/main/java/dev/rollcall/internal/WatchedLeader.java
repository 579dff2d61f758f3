package dev.rollcall.internal;

import dev.rollcall.Reading;
import dev.rollcall.StoreException;
import dev.rollcall.coordination.Leader;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.ClaimHolder;
import dev.rollcall.spi.ClaimSink;
import dev.rollcall.spi.ClaimStore;
import dev.rollcall.spi.EventLoop;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Who leads, shared by all who follow it. Its one writer is the event loop. */
final class WatchedLeader implements ClaimSink {
    private final EventLoop loop;
    private final Observed<Reading<Optional<Leader>>> reading;
    private Backend.@Nullable Watch watch;
    private volatile boolean closed;

    WatchedLeader(EventLoop loop) {
        this.loop = loop;
        this.reading = new Observed<>(new Reading.Pending<>(loop.now(), null));
    }

    void start(ClaimStore store, String name) {
        watch = store.watch(name, this);
        if (closed) {
            watch.close();
        }
    }

    Observed<Reading<Optional<Leader>>> reading() {
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
    public void holder(Optional<ClaimHolder> holder, long revision) {
        Optional<Leader> leader = holder.map(first -> new Leader(first.data(), first.token()));
        set(before -> new Reading.Fresh<>(leader, revision));
    }

    @Override
    public void interrupted(StoreException cause) {
        set(before -> {
            if (before instanceof Reading.Pending<Optional<Leader>> pending) {
                return new Reading.Pending<>(pending.since(), cause);
            }
            if (before instanceof Reading.Stale<Optional<Leader>> stale) {
                return new Reading.Stale<>(stale.known(), stale.revision(), stale.since(), cause);
            }
            Reading.Fresh<Optional<Leader>> fresh = (Reading.Fresh<Optional<Leader>>) before;
            return new Reading.Stale<>(fresh.known(), fresh.revision(), loop.now(), cause);
        });
    }

    @Override
    public void resumed() {
        set(before -> before instanceof Reading.Stale<Optional<Leader>> stale
                ? new Reading.Fresh<>(stale.known(), stale.revision())
                : before);
    }

    private void set(UnaryOperator<Reading<Optional<Leader>>> next) {
        loop.execute(() -> {
            Reading<Optional<Leader>> before = reading.value();
            Reading<Optional<Leader>> now = next.apply(before);
            if (!closed && !now.equals(before)) {
                reading.set(now);
            }
        });
    }
}
