package dev.rollcall.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Rows of text in aligned columns. Columns that are empty in every row are left out. Not safe for use by many threads. */
final class Table {
    private static final String GAP = "  ";

    private final List<Column> columns;
    private final List<List<Cell>> rows = new ArrayList<>();

    /** A column's head, and whether its cells stand at the right, as numbers do. */
    record Column(String head, boolean rightAligned) {
        static Column text(String head) {
            return new Column(head, false);
        }

        static Column number(String head) {
            return new Column(head, true);
        }
    }

    /** A cell. */
    record Cell(String text, Style style) {
        static Cell of(String text) {
            return new Cell(text, Style.PLAIN);
        }
    }

    Table(Column... columns) {
        this.columns = List.of(columns);
    }

    void row(Cell... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(cells.length + " cells in " + columns.size() + " columns");
        }
        List<Cell> row = new ArrayList<>();
        for (Cell cell : cells) {
            row.add(new Cell(Style.visible(cell.text()), cell.style()));
        }
        rows.add(row);
    }

    void print(boolean colours, Consumer<String> lines) {
        int[] widths = widths();
        List<Cell> head = new ArrayList<>();
        for (Column column : columns) {
            head.add(new Cell(column.head(), Style.BOLD));
        }
        lines.accept(line(head, widths, colours));
        for (List<Cell> row : rows) {
            lines.accept(line(row, widths, colours));
        }
    }

    /** Zero for a column to be left out. */
    private int[] widths() {
        int[] widths = new int[columns.size()];
        for (List<Cell> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(row.get(i).text()));
            }
        }
        for (int i = 0; i < widths.length; i++) {
            if (widths[i] > 0 || rows.isEmpty()) {
                widths[i] = Math.max(widths[i], width(columns.get(i).head()));
            }
        }
        return widths;
    }

    private String line(List<Cell> cells, int[] widths, boolean colours) {
        StringBuilder line = new StringBuilder();
        int owed = 0;
        for (int i = 0; i < widths.length; i++) {
            if (widths[i] == 0) {
                continue;
            }
            Cell cell = cells.get(i);
            int padding = widths[i] - width(cell.text());
            boolean right = columns.get(i).rightAligned();
            // The padding after the last column is never paid, so that lines don't end in spaces.
            line.append(" ".repeat(owed + (right ? padding : 0)));
            line.append(cell.style().apply(cell.text(), colours));
            owed = (right ? 0 : padding) + GAP.length();
        }
        return line.toString().stripTrailing();
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
