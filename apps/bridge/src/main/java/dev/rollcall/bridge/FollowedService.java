package dev.rollcall.bridge;

import dev.rollcall.Changes;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Snapshot;
import dev.rollcall.Subscription;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/** One service of one registry, followed until it is closed. Confined to the loop. */
final class FollowedService implements AutoCloseable {
    private final String name;
    private final Listener listener;
    private final ServiceView view;
    private final Subscription subscription;
    private Reading<Snapshot> reading;
    private Snapshot snapshot;
    private boolean closed;

    /** Is told on the loop. */
    @FunctionalInterface
    interface Listener {
        /**
         * The service was heard of.
         *
         * @param changes of its instances since the last call; maybe none, where only the freshness has changed
         */
        void heard(FollowedService service, Changes changes);
    }

    FollowedService(String name, Rollcall client, Executor loop, Listener listener) {
        this.name = name;
        this.listener = listener;
        this.snapshot = Snapshot.of(name, List.of(), Set.of());
        this.view = client.discover(name);
        this.reading = view.reading();
        // The first call must not come before this object is complete, even if the loop is this very thread.
        this.subscription = view.listen(loop, this::read);
    }

    private void read(Reading<Snapshot> now) {
        if (closed) {
            return;
        }
        Snapshot known = now.value().orElse(snapshot);
        Changes changes = known.since(snapshot);
        reading = now;
        snapshot = known;
        listener.heard(this, changes);
    }

    String name() {
        return name;
    }

    Reading<Snapshot> reading() {
        return reading;
    }

    /** The last known instances, none while nothing is known. */
    Snapshot snapshot() {
        return snapshot;
    }

    boolean isKnown() {
        return !(reading instanceof Reading.Pending<Snapshot>);
    }

    boolean isFresh() {
        return reading instanceof Reading.Fresh<Snapshot>;
    }

    boolean isEmpty() {
        return snapshot.instances().isEmpty();
    }

    long undecodable() {
        return view.undecodable();
    }

    @Override
    public void close() {
        closed = true;
        subscription.close();
        view.close();
    }
}
