package dev.rollcall.cli;

import dev.rollcall.bridge.BridgeOptions;
import dev.rollcall.bridge.BridgeState;
import dev.rollcall.bridge.ComparisonState;
import dev.rollcall.bridge.Difference;
import dev.rollcall.bridge.Problem;
import dev.rollcall.bridge.SideState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Prints what a bridge or a comparison comes to, line by line, each thing once. Used by one thread. */
final class BridgeReport {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
    private static final int NAME_CHARS = "different".length();

    private final Terminal terminal;
    private final boolean json;
    private final Clock clock;
    private Map<String, Problem> problems = Map.of();
    private Map<String, Difference> differences = Map.of();
    private String status = "";

    BridgeReport(Terminal terminal, OutputFormat format, Clock clock) {
        this.terminal = terminal;
        this.json = format == OutputFormat.JSON;
        this.clock = clock;
    }

    void opened(BridgeOptions options) {
        options.ttlRemark().ifPresent(terminal::note);
        if (!json) {
            terminal.line("bridge " + options.name());
            terminal.line("  from     " + options.origin());
            terminal.line("  to       " + options.destination());
            terminal.line("  stop it  Ctrl-C");
        }
        terminal.flush();
    }

    void closing() {
        if (!json) {
            terminal.lineNow("handing over, or taking the mirrors away");
        }
    }

    /** What is new since the last time. */
    void mirroring(BridgeState state) {
        Map<String, Problem> now = state.problems().stream()
                .collect(Collectors.toMap(
                        problem -> problem.kind() + problem.key(),
                        Function.identity(),
                        (first, second) -> first,
                        LinkedHashMap::new));
        now.forEach((key, problem) -> {
            if (!problem.equals(problems.get(key))) {
                problem(name(problem.kind()), problem);
            }
        });
        problems.forEach((key, problem) -> {
            if (!now.containsKey(key)) {
                problem("resolved", problem);
            }
        });
        problems = now;
        // what the lag comes to changes all the time, and is told with the rest
        String counts = counts(state);
        if (!counts.equals(status)) {
            status = counts;
            Duration p50 = state.lag().p50();
            Duration p99 = state.lag().p99();
            print(
                    name(state.role()),
                    counts + (state.lag().changes() == 0 ? "" : "; lag p50 " + shown(p50) + ", p99 " + shown(p99)),
                    style(state),
                    at -> JsonLines.bridgeState(state, at));
        }
        terminal.flush();
    }

    private void problem(String event, Problem problem) {
        print(
                event,
                event.equals("resolved") ? problem.key() : problem.toString(),
                event.equals("resolved") ? Style.GREEN : Style.YELLOW,
                at -> JsonLines.problem(event, problem, at));
    }

    private static String counts(BridgeState state) {
        StringBuilder text = new StringBuilder();
        text.append(state.mirrored()).append(" mirrored");
        append(text, state.standby(), "in another's care");
        append(text, state.pending(), "on their way");
        append(text, state.failed(), "failed");
        append(text, state.yielded(), "yielded");
        append(text, state.shadowed(), "shadowed");
        append(text, state.ignored(), "mirrors not mirrored");
        append(text, state.source().held(), "held");
        text.append("; source ").append(heard(state.source()));
        text.append("; target ").append(heard(state.target()));
        return text.toString();
    }

    private static void append(StringBuilder text, int count, String what) {
        if (count > 0) {
            text.append(", ").append(count).append(' ').append(what);
        }
    }

    private static String heard(SideState side) {
        if (side.cause() != null) {
            return (side.known() ? "not heard since " + side.since() + ", its last known stays: " : "does not answer: ")
                    + Style.oneLine(String.valueOf(side.cause().getMessage()));
        }
        return side.known() ? "up to date" : "not heard yet";
    }

    private static Style style(BridgeState state) {
        return state.source().fresh() && state.target().fresh() && state.failed() == 0 ? Style.GREEN : Style.MAGENTA;
    }

    /** What is new since the last time. */
    void compared(ComparisonState state) {
        Map<String, Difference> now = state.differences().stream()
                .collect(Collectors.toMap(
                        Difference::key, Function.identity(), (first, second) -> first, LinkedHashMap::new));
        now.forEach((key, difference) -> {
            if (!difference.equals(differences.get(key))) {
                print(
                        name(difference.kind()),
                        difference.toString(),
                        Style.YELLOW,
                        at -> JsonLines.difference(name(difference.kind()), difference, at));
            }
        });
        differences.forEach((key, difference) -> {
            if (!now.containsKey(key)) {
                print("equal", key, Style.GREEN, at -> JsonLines.difference("equal", difference, at));
            }
        });
        differences = now;
        String counts = summaryText(state);
        if (state.known() && !counts.equals(status)) {
            status = counts;
            summary(state);
        }
        terminal.flush();
    }

    /** The figures. */
    void summary(ComparisonState state) {
        status = summaryText(state);
        print("compared", status, state.equal() ? Style.GREEN : Style.YELLOW, at -> JsonLines.comparison(state, at));
        terminal.flush();
    }

    private static String summaryText(ComparisonState state) {
        return state.source().instances() + " instances in " + state.source().services() + " services: "
                + state.missing() + " missing, " + state.extra() + " extra, " + state.different()
                + " different; source "
                + heard(state.source()) + "; target " + heard(state.target());
    }

    /** What was verified, or stands in the way. */
    void checklist(ComparisonState state, Duration required) {
        boolean ready = state.equalSince() != null && state.equalFor().compareTo(required) >= 0;
        for (ComparisonState.Check check : state.checklist()) {
            if (json) {
                terminal.line(JsonLines.check(check));
            } else {
                terminal.line("  [" + (check.holds() ? "x" : " ") + "] " + check.name() + ": " + check.detail());
            }
        }
        print(
                ready ? "ready" : "not ready",
                ready
                        ? "equal since " + state.equalSince() + ", for "
                                + state.equalFor().toSeconds() + " s; consumers can be sent to the target"
                        : "not equal for " + required.toSeconds() + " s within the time",
                ready ? Style.GREEN : Style.RED,
                at -> JsonLines.cutOver(ready, state, at));
        terminal.flush();
    }

    private void print(String event, String text, Style style, Function<Instant, String> object) {
        Instant now = clock.instant();
        if (json) {
            terminal.line(object.apply(now));
            return;
        }
        String name = event + " ".repeat(Math.max(0, NAME_CHARS - event.length()));
        terminal.line(Style.DIM.apply(TIME.format(now.atZone(clock.getZone())), terminal.colours()) + "  "
                + style.apply(name, terminal.colours()) + "  " + Style.oneLine(text));
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String shown(Duration time) {
        return String.format(Locale.ROOT, "%.1f ms", time.toNanos() / 1e6);
    }
}
