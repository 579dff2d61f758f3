package dev.rollcall.cli;

import dev.rollcall.Instance;
import dev.rollcall.balance.Explanation;
import dev.rollcall.balance.Explanation.Exclusion;
import dev.rollcall.balance.Explanation.Standing;
import dev.rollcall.cli.Table.Cell;
import dev.rollcall.cli.Table.Column;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Why a choice came out as it did, as people read it. */
final class ExplanationText {
    private ExplanationText() {}

    static void print(Explanation explanation, Terminal terminal) {
        terminal.line("");
        explanation.reasons().forEach(reason -> terminal.line("- " + Style.visible(reason)));
        Table table = new Table(
                Column.text("INSTANCE"),
                Column.text("ADDRESS"),
                Column.number("WEIGHT"),
                Column.text("ZONE"),
                Column.text("VERSION"),
                Column.text("VERDICT"));
        for (Standing standing : explanation.considered()) {
            boolean chosen = standing.instance().equals(explanation.chosen());
            row(
                    table,
                    standing.instance(),
                    new Cell(
                            (chosen ? "chosen" : "could have been") + (standing.held() ? ", gone from the store" : ""),
                            chosen ? Style.GREEN : Style.PLAIN));
        }
        for (Exclusion exclusion : explanation.excluded()) {
            row(table, exclusion.instance(), new Cell("excluded: " + exclusion.reason(), Style.YELLOW));
        }
        terminal.line("");
        table.print(terminal.colours(), terminal::line);
    }

    private static void row(Table table, Instance instance, Cell verdict) {
        table.row(
                Cell.of(instance.id()),
                Cell.of(instance.endpoint().toString()),
                Cell.of(Integer.toString(instance.weight())),
                Cell.of(instance.zone()),
                Cell.of(instance.version()),
                verdict);
    }

    /** That there is nobody to choose, and why. */
    static String nobody(Explanation explanation, String registry) {
        int known = explanation.excluded().size();
        if (known == 0) {
            return "no instance of " + explanation.service() + " in " + registry;
        }
        Map<String, Long> reasons = explanation.excluded().stream()
                .collect(Collectors.groupingBy(Exclusion::reason, TreeMap::new, Collectors.counting()));
        return "none of the " + known + " known of " + explanation.service() + " can be chosen ("
                + reasons.entrySet().stream()
                        .map(reason -> reason.getValue() + " " + reason.getKey())
                        .collect(Collectors.joining(", "))
                + ")";
    }
}
