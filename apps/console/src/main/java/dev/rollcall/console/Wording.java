package dev.rollcall.console;

import dev.rollcall.Departure;
import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.InstanceOverride;
import dev.rollcall.Status;
import dev.rollcall.console.Happening.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What happened, in words. It says why only where the store shows it: an entry that goes without a farewell may be a crash, a cut link or somebody
 * else's deletion, and an instance out of service may fail its check or have been taken out.
 */
final class Wording {
    /** A shorter time as draining is the mark that every orderly close leaves, rather than a drain. */
    private static final long SHORTEST_DRAIN_MILLIS = 250;

    private static final int MAX_KEYS_SHOWN = 4;

    private Wording() {}

    /** What the timeline says of something. */
    record Line(Kind kind, String text) {}

    static Line came(Instance instance) {
        String where = instance.endpoints().stream().map(Endpoint::toString).collect(Collectors.joining(", "));
        return switch (instance.status()) {
            case UP -> new Line(Kind.CAME, "came at " + where + weight(instance));
            case OUT_OF_SERVICE -> new Line(Kind.CAME, "came at " + where + ", out of service for now");
            case DRAINING -> new Line(Kind.CAME, "came at " + where + ", draining already");
        };
    }

    static Line cameBack(Instance instance, long awayMillis) {
        return new Line(Kind.CAME, "came back after " + duration(awayMillis) + weight(instance));
    }

    /** @param statusMillis for how long the status before had lasted */
    static Line changed(Instance before, Instance after, long statusMillis) {
        List<String> parts = new ArrayList<>();
        Kind kind = Kind.CHANGED;
        if (before.status() != after.status()) {
            kind = switch (after.status()) {
                case UP -> Kind.UP;
                case DRAINING -> Kind.DRAINING;
                case OUT_OF_SERVICE -> Kind.OUT;
            };
            parts.add(status(before.status(), after.status(), statusMillis));
        }
        if (before.weight() != after.weight()) {
            parts.add("weight " + before.weight() + " → " + after.weight());
        }
        if (!before.endpoints().equals(after.endpoints())) {
            parts.add("now at "
                    + after.endpoints().stream().map(Endpoint::toString).collect(Collectors.joining(", ")));
        }
        if (!before.version().equals(after.version())) {
            parts.add("version " + orNone(before.version()) + " → " + orNone(after.version()));
        }
        if (!before.zone().equals(after.zone())) {
            parts.add("zone " + orNone(before.zone()) + " → " + orNone(after.zone()));
        }
        if (!before.metadata().equals(after.metadata())) {
            parts.add("metadata " + changedKeys(before, after));
        }
        return new Line(kind, String.join("; ", parts));
    }

    /** @param drainedMillis for how long it was seen draining before */
    static Line left(Departure departure, long drainedMillis) {
        Status last = departure.instance().status();
        return switch (departure.cause()) {
            case FAREWELL ->
                drainedMillis >= SHORTEST_DRAIN_MILLIS
                        ? new Line(Kind.LEFT, "drained for " + duration(drainedMillis) + ", then left")
                        : new Line(Kind.LEFT, "deregistered");
            case VANISHED ->
                new Line(
                        Kind.LOST,
                        "left without a farewell" + (last == Status.OUT_OF_SERVICE ? " while out of service" : "")
                                + ": killed or cut off until its lease expired, or its entry was deleted");
            case UNSEEN -> new Line(Kind.LOST, "gone when the registry was heard again; how it went was not seen");
        };
    }

    /** What an operator wants. */
    static String asked(InstanceOverride override) {
        return "asked to be " + override.summary() + " for "
                + duration(override.until().toEpochMilli() - override.since().toEpochMilli())
                + (override.by().isEmpty() ? "" : ", by " + override.by());
    }

    /** For more of one kind at once than anybody reads one by one. */
    static String several(int count, String first) {
        return count + " instances: " + first + " (and others)";
    }

    static String duration(long millis) {
        if (millis < 10_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        long seconds = millis / 1000;
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }

    private static String status(Status before, Status after, long statusMillis) {
        return switch (after) {
            case UP ->
                before == Status.OUT_OF_SERVICE
                        ? "up again after " + duration(statusMillis) + " out of service"
                        : "up again, drains no more";
            case DRAINING -> "draining: takes no new requests";
            case OUT_OF_SERVICE -> "out of service: fails its health check, or was taken out";
        };
    }

    private static String changedKeys(Instance before, Instance after) {
        TreeSet<String> keys = new TreeSet<>(before.metadata().keySet());
        keys.addAll(after.metadata().keySet());
        keys.removeIf(key ->
                Objects.equals(before.metadata().get(key), after.metadata().get(key)));
        String shown = keys.stream().limit(MAX_KEYS_SHOWN).collect(Collectors.joining(", "));
        return keys.size() > MAX_KEYS_SHOWN ? shown + " and " + (keys.size() - MAX_KEYS_SHOWN) + " more" : shown;
    }

    private static String weight(Instance instance) {
        return instance.weight() == 1 ? "" : ", weight " + instance.weight();
    }

    private static String orNone(String label) {
        return label.isEmpty() ? "none" : label;
    }
}
