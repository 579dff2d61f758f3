package dev.rollcall.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What every command has. */
@Command(
        abbreviateSynopsis = true,
        synopsisHeading = "Usage: ",
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed; standard error says why",
            "2:wrong usage",
            "3:the registry can't be reached"
        },
        footerHeading = "%nExamples:%n")
final class HelpOptions {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            order = 100,
            description = "Print this help.")
    boolean help;

    @Option(names = "--verbose", order = 99, description = "Log to standard error, with stack traces.")
    void verbose(boolean verbose) {
        if (verbose) {
            Logging.beVerbose();
        }
    }
}
