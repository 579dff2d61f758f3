package dev.rollcall.cli;

import java.util.Locale;
import picocli.CommandLine.Option;

/** How results are printed. */
enum OutputFormat {
    TABLE,
    JSON;

    /** As users write it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The option that chooses one. */
    static final class Choice {
        @Option(
                names = {"-o", "--output"},
                paramLabel = "table|json",
                order = 40,
                defaultValue = "table",
                description = "A table to read, or one JSON object a line. Default: table.")
        private OutputFormat format = TABLE;

        OutputFormat format() {
            return format;
        }
    }
}
