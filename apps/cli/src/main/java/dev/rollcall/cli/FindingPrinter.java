package dev.rollcall.cli;

import dev.rollcall.spi.Finding;
import dev.rollcall.spi.Finding.Verdict;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Prints findings as they come. Used by one thread. */
final class FindingPrinter {
    private static final int CHECK_CHARS = "configuration".length();
    private static final int VERDICT_CHARS = "fail".length();

    private final Terminal terminal;
    private final OutputFormat format;
    private final Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
    private String subject = "";

    FindingPrinter(Terminal terminal, OutputFormat format) {
        this.terminal = terminal;
        this.format = format;
    }

    void print(Diagnosis diagnosis) {
        Finding finding = diagnosis.finding();
        counts.merge(finding.verdict(), 1, Integer::sum);
        if (format == OutputFormat.JSON) {
            terminal.lineNow(JsonLines.diagnosis(diagnosis));
            return;
        }
        if (!subject.equals(diagnosis.subject())) {
            subject = diagnosis.subject();
            terminal.line(Style.BOLD.apply(Style.oneLine(subject), terminal.colours()));
        }
        terminal.line("  "
                + style(finding.verdict()).apply(padded(name(finding.verdict()), VERDICT_CHARS), terminal.colours())
                + "  " + padded(finding.check(), CHECK_CHARS) + "  " + Style.oneLine(finding.text()));
        if (!finding.remedy().isEmpty()) {
            terminal.line(" ".repeat(2 + VERDICT_CHARS + 2 + CHECK_CHARS) + "  → " + Style.oneLine(finding.remedy()));
        }
        terminal.flush();
    }

    int count(Verdict verdict) {
        return counts.getOrDefault(verdict, 0);
    }

    /** Says how many findings of each kind there were; JSON needs none. */
    void summary() {
        if (format == OutputFormat.JSON) {
            return;
        }
        int failed = count(Verdict.FAIL);
        int warned = count(Verdict.WARN);
        String text = failed == 0 && warned == 0
                ? "All in order."
                : number(failed, "failure") + ", " + number(warned, "warning") + "; the arrows say what to do.";
        terminal.line("");
        terminal.lineNow(style(failed > 0 ? Verdict.FAIL : warned > 0 ? Verdict.WARN : Verdict.OK)
                .apply(text, terminal.colours()));
    }

    static String name(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }

    private static String number(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static String padded(String text, int chars) {
        return text + " ".repeat(Math.max(0, chars - text.length()));
    }

    private static Style style(Verdict verdict) {
        return switch (verdict) {
            case OK -> Style.GREEN;
            case WARN -> Style.YELLOW;
            case FAIL -> Style.RED;
        };
    }
}
