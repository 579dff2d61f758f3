package dev.rollcall.memory;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import dev.rollcall.memory.StoreEvent.Kind;
import dev.rollcall.spi.Change;
import dev.rollcall.spi.InstanceSink;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Follows a service from position to position in its history, or from list to list where that has been forgotten. */
final class InstanceWatch extends StoreWatch {
    private static final int MAX_CHANGES = 1_000;

    private final String service;
    private final InstanceSink sink;
    private final Session session;
    private KeySpace.@Nullable Position position;

    InstanceWatch(String service, InstanceSink sink, Session session, Consumer<StoreWatch> onClose) {
        super(Topic.service(service), session.connection(), onClose);
        this.service = service;
        this.sink = sink;
        this.session = session;
    }

    @Override
    void report(StoreException cause) {
        sink.interrupted(cause);
    }

    @Override
    void look() {
        boolean complete = false;
        while (!complete && !isClosed() && session.isHeard()) {
            KeySpace.Position from = position;
            KeySpace.Page page = session.connection().engine().read(keys -> keys.read(service, from, MAX_CHANGES));
            position = page.position();
            complete = page.complete();
            List<StoreEntry> entries = page.entries();
            if (entries != null) {
                list(entries, page.position().revision());
            } else {
                change(page.events());
                if (complete && isInterrupted() && !isClosed()) {
                    caughtUp();
                    sink.resumed();
                }
            }
        }
    }

    private void list(List<StoreEntry> entries, long revision) {
        List<Instance> instances = new ArrayList<>(entries.size());
        entries.forEach(entry -> entry.instance().ifPresent(instances::add));
        caughtUp();
        sink.snapshot(instances, revision);
        entries.forEach(this::reportGarbage);
    }

    private void change(List<StoreEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        List<Change> changes = new ArrayList<>(events.size());
        events.forEach(event -> changes.add(change(event)));
        sink.changed(changes, events.get(events.size() - 1).revision());
        for (StoreEvent event : events) {
            if (event.kind() == Kind.PUT) {
                reportGarbage(event.entry());
            }
        }
    }

    private static Change change(StoreEvent event) {
        StoreEntry entry = event.entry();
        return event.kind() == Kind.PUT && entry.instance().isPresent()
                ? new Change.Put(entry.instance().get())
                : new Change.Removed(entry.id(), event.kind() == Kind.REMOVED);
    }

    private void reportGarbage(StoreEntry entry) {
        if (entry.instance().isEmpty() && !isClosed()) {
            sink.undecodable(entry.key(), "not an instance");
        }
    }
}
