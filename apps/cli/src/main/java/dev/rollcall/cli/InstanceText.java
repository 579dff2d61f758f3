package dev.rollcall.cli;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.cli.Table.Cell;
import dev.rollcall.cli.Table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Instances as people read them. */
final class InstanceText {
    private InstanceText() {}

    static Table table(List<Instance> instances) {
        Table table = new Table(
                Column.text("ID"),
                Column.text("ENDPOINTS"),
                Column.number("WEIGHT"),
                Column.text("STATUS"),
                Column.text("ZONE"),
                Column.text("VERSION"),
                Column.text("METADATA"));
        for (Instance instance : instances) {
            table.row(
                    Cell.of(instance.id()),
                    Cell.of(endpoints(instance)),
                    Cell.of(Integer.toString(instance.weight())),
                    new Cell(status(instance.status()), style(instance.status())),
                    Cell.of(instance.zone()),
                    Cell.of(instance.version()),
                    Cell.of(metadata(instance.metadata())));
        }
        return table;
    }

    /** All that is known of it in one line, without what is at its default. */
    static String line(Instance instance) {
        List<String> parts = new ArrayList<>();
        parts.add(instance.id());
        parts.add(endpoints(instance));
        parts.add("weight " + instance.weight());
        parts.add(status(instance.status()));
        if (!instance.zone().isEmpty()) {
            parts.add("zone " + instance.zone());
        }
        if (!instance.version().isEmpty()) {
            parts.add("version " + instance.version());
        }
        if (!instance.metadata().isEmpty()) {
            parts.add(metadata(instance.metadata()));
        }
        return Style.visible(String.join("  ", parts));
    }

    /** The id, and each part that differs as {@code name before → after}. */
    static String difference(Instance before, Instance after) {
        List<String> parts = new ArrayList<>();
        parts.add(after.id());
        addDifference(parts, "endpoints", endpoints(before), endpoints(after));
        addDifference(parts, "weight", Integer.toString(before.weight()), Integer.toString(after.weight()));
        addDifference(parts, "status", status(before.status()), status(after.status()));
        addDifference(parts, "zone", before.zone(), after.zone());
        addDifference(parts, "version", before.version(), after.version());
        addDifference(parts, "metadata", metadata(before.metadata()), metadata(after.metadata()));
        return Style.visible(String.join("  ", parts));
    }

    private static void addDifference(List<String> parts, String name, String before, String after) {
        if (!before.equals(after)) {
            parts.add(name + " " + (before.isEmpty() ? "-" : before) + " → " + (after.isEmpty() ? "-" : after));
        }
    }

    private static String endpoints(Instance instance) {
        return instance.endpoints().stream().map(Endpoint::toString).collect(Collectors.joining(","));
    }

    private static String metadata(Map<String, String> metadata) {
        return metadata.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(","));
    }

    private static String status(Status status) {
        return status.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static Style style(Status status) {
        return status == Status.UP ? Style.GREEN : Style.YELLOW;
    }
}
