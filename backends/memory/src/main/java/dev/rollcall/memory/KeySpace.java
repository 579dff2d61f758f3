package dev.rollcall.memory;

import dev.rollcall.Instance;
import dev.rollcall.memory.StoreEvent.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is in the store: entries by service and id, and of each service the history that watches resume from. Every change has
 * a revision of its own. Guarded by the store's lock.
 */
final class KeySpace {
    /** In all services together; then the history is forgotten. */
    private static final int MAX_HISTORY = 100_000;

    private final StoreClock clock;
    private final Consumer<StoreEvent> onEvent;
    private final Map<String, Directory> directories = new HashMap<>();
    private final TreeSet<String> names = new TreeSet<>();
    private long incarnation = 1;
    private long revision;
    private long compacted;
    private int remembered;

    /** One service's entries and history. */
    private static final class Directory {
        final TreeMap<String, StoreEntry> entries = new TreeMap<>();
        final Deque<StoreEvent> history = new ArrayDeque<>();
        /** The last change that the history doesn't have any more. */
        long forgotten;

        Directory(long forgotten) {
            this.forgotten = forgotten;
        }
    }

    /**
     * How far a watch has read.
     *
     * @param incarnation counts how often the store lost everything; revisions of two incarnations can't be compared
     */
    record Position(long incarnation, long revision) {}

    /**
     * What a watch has to be told.
     *
     * @param entries the whole list; null where the events say it all
     * @param events what happened since the position asked for, the oldest first
     * @param position where to go on
     * @param complete whether nothing more happened
     */
    record Page(@Nullable List<StoreEntry> entries, List<StoreEvent> events, Position position, boolean complete) {}

    KeySpace(StoreClock clock, Consumer<StoreEvent> onEvent) {
        this.clock = clock;
        this.onEvent = onEvent;
    }

    StoreEntry put(String service, String id, Optional<Instance> instance, String writer, long lease) {
        StoreEntry entry = new StoreEntry(service, id, instance, writer, lease, ++revision);
        directory(service).entries.put(id, entry);
        record(Kind.PUT, entry);
        return entry;
    }

    /** Removes an entry, if there is one. */
    @Nullable
    StoreEntry remove(String service, String id, Kind kind) {
        Directory directory = directories.get(service);
        StoreEntry entry = directory == null ? null : directory.entries.remove(id);
        if (entry != null) {
            revision++;
            record(kind, entry);
        }
        return entry;
    }

    @Nullable
    StoreEntry find(String service, String id) {
        Directory directory = directories.get(service);
        return directory == null ? null : directory.entries.get(id);
    }

    List<StoreEntry> entries(String service) {
        Directory directory = directories.get(service);
        return directory == null ? List.of() : List.copyOf(directory.entries.values());
    }

    List<StoreEntry> entries() {
        return names.stream().flatMap(name -> entries(name).stream()).toList();
    }

    /** The names of the services with at least one entry. */
    Set<String> services() {
        return new TreeSet<>(names);
    }

    long revision() {
        return revision;
    }

    /**
     * What has happened to a service since a watch last read.
     *
     * @param since where the watch is; null at its beginning
     * @param limit how many events at the most
     */
    Page read(String service, @Nullable Position since, int limit) {
        Directory directory = directories.get(service);
        long forgotten = directory == null ? compacted : directory.forgotten;
        if (since == null || since.incarnation != incarnation || since.revision < forgotten) {
            return new Page(entries(service), List.of(), new Position(incarnation, revision), true);
        }
        List<StoreEvent> events = directory == null ? List.of() : eventsAfter(since.revision, directory.history);
        if (events.size() <= limit) {
            return new Page(null, events, new Position(incarnation, revision), true);
        }
        List<StoreEvent> first = events.subList(0, limit);
        return new Page(
                null, first, new Position(incarnation, first.get(limit - 1).revision()), false);
    }

    /** Forgets all history. A watch that has not read all of its service's gets the whole list. */
    void compact() {
        compacted = revision;
        remembered = 0;
        directories.values().removeIf(directory -> directory.entries.isEmpty());
        for (Directory directory : directories.values()) {
            if (!directory.history.isEmpty()) {
                directory.forgotten = directory.history.getLast().revision();
                directory.history.clear();
            }
        }
    }

    /** Loses everything, and begins to count from the start. */
    void wipe() {
        for (StoreEntry entry : entries()) {
            remove(entry.service(), entry.id(), Kind.WIPED);
        }
        directories.clear();
        incarnation++;
        revision = 0;
        compacted = 0;
        remembered = 0;
    }

    private Directory directory(String service) {
        return directories.computeIfAbsent(service, name -> new Directory(compacted));
    }

    private void record(Kind kind, StoreEntry entry) {
        Directory directory = directory(entry.service());
        if (directory.entries.isEmpty()) {
            names.remove(entry.service());
        } else {
            names.add(entry.service());
        }
        StoreEvent event = new StoreEvent(kind, entry, revision, clock.nanoTime());
        directory.history.addLast(event);
        if (++remembered > MAX_HISTORY) {
            compact();
        }
        onEvent.accept(event);
    }

    private static List<StoreEvent> eventsAfter(long revision, Deque<StoreEvent> history) {
        List<StoreEvent> events = new ArrayList<>();
        for (Iterator<StoreEvent> newest = history.descendingIterator(); newest.hasNext(); ) {
            StoreEvent event = newest.next();
            if (event.revision() <= revision) {
                break;
            }
            events.add(event);
        }
        Collections.reverse(events);
        return events;
    }
}
