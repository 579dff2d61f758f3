package dev.rollcall.cli;

import dev.rollcall.cli.Table.Cell;
import dev.rollcall.cli.Table.Column;
import dev.rollcall.config.ConfigEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Configuration as text for people. */
final class ConfigText {
    private static final int MAX_SHOWN_CHARS = 60;
    private static final int MAX_DIFFERENCE_LINES = 40;

    private ConfigText() {}

    static Table table(List<ConfigEntry> entries) {
        Table table =
                new Table(Column.text("KEY"), Column.number("REVISION"), Column.number("BYTES"), Column.text("TEXT"));
        for (ConfigEntry entry : entries) {
            int bytes = entry.text().getBytes(StandardCharsets.UTF_8).length;
            table.row(
                    Cell.of(entry.key()),
                    Cell.of(Long.toString(entry.revision())),
                    Cell.of(Integer.toString(bytes)),
                    Cell.of(beginning(entry.text())));
        }
        return table;
    }

    /** The first line of a text, and a sign that there is more. */
    static String beginning(String text) {
        String line = text.strip().lines().findFirst().orElse("");
        boolean whole = line.length() <= MAX_SHOWN_CHARS
                && line.length() == text.strip().length();
        return whole ? line : line.substring(0, Math.min(line.length(), MAX_SHOWN_CHARS)) + " …";
    }

    /** The lines between the first and the last that differ: those before with {@code -}, those after with {@code +}. */
    static List<String> difference(String before, String after) {
        List<String> old = before.lines().toList();
        List<String> now = after.lines().toList();
        int start = 0;
        while (start < Math.min(old.size(), now.size()) && old.get(start).equals(now.get(start))) {
            start++;
        }
        int same = 0;
        while (same < Math.min(old.size(), now.size()) - start
                && old.get(old.size() - 1 - same).equals(now.get(now.size() - 1 - same))) {
            same++;
        }
        List<String> lines = new ArrayList<>();
        old.subList(start, old.size() - same).forEach(line -> lines.add("- " + line));
        now.subList(start, now.size() - same).forEach(line -> lines.add("+ " + line));
        if (lines.size() <= MAX_DIFFERENCE_LINES) {
            return lines;
        }
        List<String> shown = new ArrayList<>(lines.subList(0, MAX_DIFFERENCE_LINES));
        shown.add("… and " + (lines.size() - MAX_DIFFERENCE_LINES) + " more lines");
        return shown;
    }
}
