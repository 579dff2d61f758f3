package dev.rollcall.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the demo observed, printed as it happens with the milliseconds since its start; and what it should have, but did not. */
final class Timeline {
    private static final int TOPIC_CHARS = 10;

    private final Terminal terminal;
    private final long startNanos = System.nanoTime();
    private final List<String> missing = new ArrayList<>();
    private int observed;

    Timeline(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Says what is about to be done; claims nothing. */
    void doing(String topic, String text) {
        print(topic, Style.DIM.apply(text + " …", terminal.colours()));
    }

    /** Says what was observed, or that it was not. */
    void claim(String topic, boolean seen, String text, String otherwise) {
        if (seen) {
            observed++;
            print(topic, text);
        } else {
            missing.add(otherwise);
            print(topic, Style.RED.apply("NOT OBSERVED: " + otherwise, terminal.colours()));
        }
    }

    /** Says something about what was just claimed. */
    void detail(String text) {
        print("", text);
    }

    /** Prints the verdict and returns whether everything claimed was observed. */
    boolean verdict() {
        String after = String.format(Locale.ROOT, "%.1f s", sinceStart().toMillis() / 1000.0);
        terminal.line("");
        if (missing.isEmpty()) {
            terminal.lineNow(Style.GREEN.apply(
                    "All " + observed + " claims above were observed, in " + after + ".", terminal.colours()));
            return true;
        }
        terminal.line(Style.RED.apply(
                missing.size() + " of " + (observed + missing.size()) + " claims were not observed, in " + after + ":",
                terminal.colours()));
        missing.forEach(claim -> terminal.line("  - " + claim));
        terminal.flush();
        return false;
    }

    Duration sinceStart() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    private void print(String topic, String text) {
        String head = topic + " ".repeat(Math.max(0, TOPIC_CHARS - topic.length()));
        terminal.lineNow(String.format(Locale.ROOT, "%7d ms  ", sinceStart().toMillis())
                + Style.BOLD.apply(head, terminal.colours())
                + "  " + text);
    }
}
