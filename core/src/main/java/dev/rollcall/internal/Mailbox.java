package dev.rollcall.internal;

import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.StoreException;
import dev.rollcall.spi.Change;
import dev.rollcall.spi.InstanceSink;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a backend's reports from whatever thread they come on and hands them to the event loop, merged: however fast the reports come,
 * at most one task and one entry an instance wait. Safe for use by many threads.
 */
final class Mailbox implements InstanceSink {
    private final Executor loop;
    private final Consumer<Batch> reader;
    private final BiConsumer<String, String> undecodable;
    private final Object lock = new Object();
    private Batch pending = new Batch();
    private boolean scheduled;

    /** What has been reported since the last batch: a snapshot, if there was one, and what changed after it. */
    static final class Batch {
        @Nullable
        List<Instance> snapshot;

        final Map<String, Change> changes = new LinkedHashMap<>();
        long revision;
        /** Whether the store is heard at the end of the batch; null if nothing was said about it. */
        @Nullable
        Boolean heard;

        @Nullable
        StoreException cause;
    }

    Mailbox(Executor loop, Consumer<Batch> reader, BiConsumer<String, String> undecodable) {
        this.loop = loop;
        this.reader = reader;
        this.undecodable = undecodable;
    }

    @Override
    public void snapshot(List<Instance> instances, long revision) {
        List<Instance> copy = List.copyOf(instances);
        report(batch -> {
            batch.snapshot = copy;
            batch.changes.clear();
            batch.revision = revision;
            batch.heard = true;
        });
    }

    @Override
    public void changed(List<Change> changes, long revision) {
        report(batch -> {
            for (Change change : changes) {
                Change before = batch.changes.remove(change.id());
                batch.changes.put(change.id(), before == null ? change : merge(before, change));
            }
            batch.revision = revision;
        });
    }

    @Override
    public void interrupted(StoreException cause) {
        report(batch -> {
            batch.heard = false;
            batch.cause = cause;
        });
    }

    @Override
    public void resumed() {
        report(batch -> batch.heard = true);
    }

    @Override
    public void undecodable(String key, String reason) {
        loop.execute(() -> undecodable.accept(key, reason));
    }

    /** The later change counts, but an instance that was marked as leaving before it went has left on purpose. */
    private static Change merge(Change before, Change after) {
        boolean marked = before instanceof Change.Put put && put.instance().status() != Status.UP;
        return marked && after instanceof Change.Removed removed ? new Change.Removed(removed.id(), true) : after;
    }

    private void report(Consumer<Batch> report) {
        boolean schedule;
        synchronized (lock) {
            report.accept(pending);
            schedule = !scheduled;
            scheduled = true;
        }
        if (schedule) {
            loop.execute(this::read);
        }
    }

    private void read() {
        Batch batch;
        synchronized (lock) {
            batch = pending;
            pending = new Batch();
            scheduled = false;
        }
        reader.accept(batch);
    }
}
