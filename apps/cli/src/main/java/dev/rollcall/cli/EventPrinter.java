package dev.rollcall.cli;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Prints the events of a view. Used by one thread at a time. */
final class EventPrinter {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
    private static final int LONGEST_NAME_CHARS = "changed".length();

    private final Terminal terminal;
    private final OutputFormat format;
    private final Clock clock;

    EventPrinter(Terminal terminal, OutputFormat format, Clock clock) {
        this.terminal = terminal;
        this.format = format;
        this.clock = clock;
    }

    void print(List<ViewEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        for (ViewEvent event : events) {
            terminal.line(format == OutputFormat.JSON ? JsonLines.event(event, now) : text(event, now));
        }
        terminal.flush();
    }

    private String text(ViewEvent event, Instant now) {
        String name =
                event.name() + " ".repeat(LONGEST_NAME_CHARS - event.name().length());
        return Style.DIM.apply(TIME.format(now.atZone(clock.getZone())), terminal.colours())
                + "  " + style(event).apply(name, terminal.colours())
                + "  " + details(event, now);
    }

    private static String details(ViewEvent event, Instant now) {
        if (event instanceof ViewEvent.Added added) {
            return InstanceText.line(added.instance());
        }
        if (event instanceof ViewEvent.Changed changed) {
            return InstanceText.difference(changed.before(), changed.after());
        }
        if (event instanceof ViewEvent.Removed removed) {
            return InstanceText.line(removed.instance());
        }
        if (event instanceof ViewEvent.Stale stale) {
            long seconds = Math.max(0, Duration.between(stale.since(), now).toSeconds());
            return "showing the last known " + instances(stale.instances()) + ", " + seconds + " s old: "
                    + Style.oneLine(stale.cause());
        }
        if (event instanceof ViewEvent.Fresh fresh) {
            return instances(fresh.instances()) + ", up to date";
        }
        throw new IllegalStateException(event.name());
    }

    private static String instances(int count) {
        return count == 1 ? "1 instance" : count + " instances";
    }

    private static Style style(ViewEvent event) {
        return switch (event.name()) {
            case "added" -> Style.GREEN;
            case "removed" -> Style.RED;
            case "changed" -> Style.YELLOW;
            case "stale" -> Style.MAGENTA;
            default -> Style.PLAIN;
        };
    }
}
