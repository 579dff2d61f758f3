package dev.rollcall.console;

import dev.rollcall.Changes;
import dev.rollcall.Departure;
import dev.rollcall.Departures;
import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.ServiceView;
import dev.rollcall.Snapshot;
import dev.rollcall.Status;
import dev.rollcall.console.Happening.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One service as the console knows it. Confined to the board's thread. */
final class FollowedService implements AutoCloseable {
    /** More lines of one kind from one change of the view become one. */
    private static final int MAX_LINES = 20;

    /** How many of those that left are remembered, to know them when they come back. */
    private static final int MAX_REMEMBERED = 1_000;

    private final String name;
    private final ServiceView view;
    private final Departures departures;
    private final boolean fromStart;
    private final Timeline timeline;
    private final Churn churn;
    private final Map<String, Sighting> sightings = new HashMap<>();
    private final Set<String> touched = new HashSet<>();
    private final Map<Status, Integer> counts = new EnumMap<>(Status.class);
    private final Map<String, Long> leftAt = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    private Snapshot last;
    private Freshness freshness;
    private boolean known;
    private long changedMillis;

    /** @param fromStart whether the service was there when the console first looked, so that its instances are no news */
    FollowedService(ServiceView view, boolean fromStart, Timeline timeline, Churn churn) {
        this.name = view.service();
        this.view = view;
        this.departures = view.recordDepartures();
        this.fromStart = fromStart;
        this.timeline = timeline;
        this.churn = churn;
        this.last = Snapshot.of(name, List.of(), Set.of());
        this.freshness = Freshness.of(view.reading());
    }

    String name() {
        return name;
    }

    Freshness freshness() {
        return freshness;
    }

    int total() {
        return last.instances().size();
    }

    int count(Status status) {
        return counts.getOrDefault(status, 0);
    }

    Set<String> held() {
        return last.held();
    }

    long undecodable() {
        return view.undecodable();
    }

    /** When an instance last came, changed or left; 0 if none did since the console looks. */
    long changedMillis() {
        return changedMillis;
    }

    /** In the order of their ids. */
    List<Instance> instances() {
        return last.instances();
    }

    /** Makes sure that pages are told of an instance, for a reason that the view doesn't know. */
    void touch(String id) {
        touched.add(id);
    }

    Collection<Sighting> sightings() {
        return sightings.values();
    }

    /** What became of an id; null if it is gone. */
    @Nullable
    Sighting sighting(String id) {
        return sightings.get(id);
    }

    /** Takes the ids of the instances that came, changed or left since the last call. */
    Set<String> takeTouched() {
        Set<String> taken = Set.copyOf(touched);
        touched.clear();
        return taken;
    }

    /** Takes in what the view says now. */
    void advance(Reading<Snapshot> reading, long nowMillis) {
        freshness = Freshness.of(reading);
        Snapshot now = reading.value().orElse(null);
        if (now == null) {
            return;
        }
        List<Departure> gone = departures.take();
        Set<String> heldBefore = last.held();
        Changes changes = now.since(last);
        last = now;
        if (!heldBefore.equals(now.held())) {
            touched.addAll(heldBefore);
            touched.addAll(now.held());
        }
        boolean first = !known && fromStart;
        known = true;
        if (changes.isEmpty()) {
            return;
        }
        Lines lines = new Lines(nowMillis);
        take(changes, gone, first, nowMillis, lines);
        count();
        if (!first) {
            changedMillis = nowMillis;
            churn.add(
                    nowMillis,
                    changes.added().size(),
                    changes.changed().size(),
                    changes.removed().size());
            lines.write();
        }
    }

    private void take(Changes changes, List<Departure> gone, boolean first, long nowMillis, Lines lines) {
        Map<String, Departure> causes = new HashMap<>();
        gone.forEach(departure -> causes.put(departure.instance().id(), departure));
        for (Instance instance : changes.removed()) {
            Sighting sighting = sightings.remove(instance.id());
            touched.add(instance.id());
            leftAt.put(instance.id(), nowMillis);
            Departure departure = causes.getOrDefault(instance.id(), new Departure(instance, Departure.Cause.UNSEEN));
            long drainedMillis = sighting != null && sighting.instance().status() == Status.DRAINING
                    ? nowMillis - sighting.statusMillis()
                    : 0;
            lines.add(instance.id(), Wording.left(departure, drainedMillis));
        }
        for (Instance instance : changes.added()) {
            sightings.put(instance.id(), new Sighting(instance, nowMillis, first));
            touched.add(instance.id());
            Long away = leftAt.remove(instance.id());
            lines.add(
                    instance.id(),
                    away == null ? Wording.came(instance) : Wording.cameBack(instance, nowMillis - away));
        }
        for (Changes.Changed change : changes.changed()) {
            Instance after = change.after();
            Sighting sighting =
                    sightings.computeIfAbsent(after.id(), id -> new Sighting(change.before(), nowMillis, first));
            lines.add(after.id(), Wording.changed(change.before(), after, nowMillis - sighting.statusMillis()));
            sighting.update(after, nowMillis);
            touched.add(after.id());
        }
    }

    private void count() {
        counts.clear();
        last.instances().forEach(instance -> counts.merge(instance.status(), 1, Integer::sum));
    }

    @Override
    public void close() {
        departures.close();
        view.close();
    }

    /** The lines of one change, in which many of a kind become one. */
    private final class Lines {
        private final long nowMillis;
        private final Map<Kind, List<Line>> byKind = new EnumMap<>(Kind.class);

        private record Line(String id, String text) {}

        Lines(long nowMillis) {
            this.nowMillis = nowMillis;
        }

        void add(String id, Wording.Line line) {
            byKind.computeIfAbsent(line.kind(), kind -> new ArrayList<>()).add(new Line(id, line.text()));
        }

        void write() {
            byKind.forEach((kind, lines) -> {
                if (lines.size() > MAX_LINES) {
                    Line one = lines.get(0);
                    timeline.add(nowMillis, kind, name, "", Wording.several(lines.size(), one.id() + " " + one.text()));
                } else {
                    lines.forEach(line -> timeline.add(nowMillis, kind, name, line.id(), line.text()));
                }
            });
        }
    }
}
