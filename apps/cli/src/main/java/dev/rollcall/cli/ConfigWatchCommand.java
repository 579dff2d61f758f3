package dev.rollcall.cli;

import dev.rollcall.Live;
import dev.rollcall.config.Config;
import dev.rollcall.config.Decoder;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code rollcall config watch}: what happens to a key, or to all below a prefix, until stopped. */
@Command(
        name = "watch",
        description = "Print what is written, then each change, until stopped.",
        footer = {
            "  rollcall config watch gateway/rules",
            "  rollcall config watch gateway/",
            "  rollcall config watch -o json",
            "",
            "Events are written, deleted, stale (the registry is away, the values are the",
            "last known) and fresh. JSON has the fields event, time and key; written has text,",
            "stale since and cause. Quick successive changes may come as one."
        })
final class ConfigWatchCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    private final Terminal terminal;
    private final Clock clock = Clock.system(ZoneId.systemDefault());

    @Parameters(
            paramLabel = "KEY|PREFIX/",
            arity = "0..1",
            defaultValue = "",
            description = "A key; or all below a prefix, with a slash at its end; all if left out.")
    private String watched = "";

    @Mixin
    private final OutputFormat.Choice output = new OutputFormat.Choice();

    @Mixin
    private final RegistryOptions registry = new RegistryOptions();

    ConfigWatchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        return ConfigAccess.with(registry, this::watch);
    }

    private int watch(ConfigAccess access) throws InterruptedException {
        Readership readers = new Readership();
        ConfigEvent.Source source = new ConfigEvent.Source(watched.isEmpty() ? "all" : watched);
        try (Live<SortedMap<String, String>> live = registry.checked(() -> follow(access.config()))) {
            registry.known(live, terminal);
            live.listen(reading -> readers.print(() -> print(source.advance(reading))));
            readers.awaitGone();
        }
        return ExitCode.OK;
    }

    private Live<SortedMap<String, String>> follow(Config config) {
        if (watched.isEmpty() || watched.endsWith("/")) {
            return config.followPrefix(watched, Decoder.text());
        }
        Decoder<SortedMap<String, String>> one = Decoder.text().map(text -> {
            SortedMap<String, String> entry = new TreeMap<>();
            entry.put(watched, text);
            return entry;
        });
        return config.follow(watched, one, new TreeMap<>());
    }

    private void print(List<ConfigEvent> events) {
        Instant now = clock.instant();
        for (ConfigEvent event : events) {
            terminal.line(output.format() == OutputFormat.JSON ? JsonLines.event(event, now) : text(event, now));
        }
        terminal.flush();
    }

    private String text(ConfigEvent event, Instant now) {
        String detail = event.detail();
        Style style = switch (event.name()) {
            case "written" -> Style.GREEN;
            case "deleted" -> Style.RED;
            case "stale" -> Style.MAGENTA;
            default -> Style.PLAIN;
        };
        return Style.DIM.apply(TIME.format(now.atZone(clock.getZone())), terminal.colours())
                + "  " + style.apply(String.format(Locale.ROOT, "%-7s", event.name()), terminal.colours())
                + "  " + Style.visible(event.key())
                + (detail == null ? "" : "  " + Style.oneLine(ConfigText.beginning(detail)));
    }
}
