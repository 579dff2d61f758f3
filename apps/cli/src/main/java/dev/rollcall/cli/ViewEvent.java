package dev.rollcall.cli;

import dev.rollcall.Changes;
import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Something that happened to a service, as {@code rollcall watch} tells it. */
sealed interface ViewEvent {

    /** The event's name in JSON and in tables. */
    String name();

    /** An instance came, or was there from the start. */
    record Added(Instance instance) implements ViewEvent {
        @Override
        public String name() {
            return "added";
        }
    }

    /** An instance is not what it was. */
    record Changed(Instance before, Instance after) implements ViewEvent {
        @Override
        public String name() {
            return "changed";
        }
    }

    /** An instance left. */
    record Removed(Instance instance) implements ViewEvent {
        @Override
        public String name() {
            return "removed";
        }
    }

    /** The registry is away; what was last known stays. */
    record Stale(String service, int instances, Instant since, String cause) implements ViewEvent {
        @Override
        public String name() {
            return "stale";
        }
    }

    /** The list is the registry's, from here on until {@link Stale}. */
    record Fresh(String service, int instances) implements ViewEvent {
        @Override
        public String name() {
            return "fresh";
        }
    }

    /** Turns the readings of one view into events. Not safe for use by many threads. */
    final class Source {
        private Snapshot last;
        private boolean fresh;
        private boolean stale;

        Source(String service) {
            this.last = Snapshot.of(service, List.of(), Set.of());
        }

        /** What happened from the last reading to this one: changes first, then freshness. */
        List<ViewEvent> advance(Reading<Snapshot> reading) {
            List<ViewEvent> events = new ArrayList<>();
            reading.value().ifPresent(snapshot -> addChanges(snapshot, events));
            if (reading instanceof Reading.Fresh<Snapshot> && !fresh) {
                fresh = true;
                stale = false;
                events.add(new Fresh(last.service(), last.instances().size()));
            } else if (reading instanceof Reading.Stale<Snapshot> gone && !stale) {
                fresh = false;
                stale = true;
                events.add(new Stale(
                        last.service(),
                        last.instances().size(),
                        gone.since(),
                        String.valueOf(gone.cause().getMessage())));
            }
            return events;
        }

        private void addChanges(Snapshot snapshot, List<ViewEvent> events) {
            Changes changes = snapshot.since(last);
            changes.removed().forEach(instance -> events.add(new Removed(instance)));
            changes.added().forEach(instance -> events.add(new Added(instance)));
            changes.changed().forEach(change -> events.add(new Changed(change.before(), change.after())));
            last = snapshot;
        }
    }
}
