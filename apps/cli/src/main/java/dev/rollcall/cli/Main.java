package dev.rollcall.cli;

import static java.util.Objects.requireNonNull;

import dev.rollcall.spi.StoreUri;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.TypeConversionException;

/** The entry point of the {@code rollcall} command. */
public final class Main {
    private Main() {}

    /** Runs the command and ends this JVM with its exit code. */
    public static void main(String[] args) {
        Logging.start();
        System.exit(run(Terminal.ofThisProcess(), args));
    }

    static int run(Terminal terminal, String... args) {
        CommandLine commandLine = commandLine(terminal);
        try {
            int code = commandLine.execute(args);
            terminal.flush();
            return code;
        } catch (OutputClosedException e) {
            return ExitCode.OK;
        }
    }

    static CommandLine commandLine(Terminal terminal) {
        Failures failures = new Failures(terminal);
        CommandLine commandLine = new CommandLine(new RollcallCommand(), new CommandFactory(terminal));
        commandLine
                .registerConverter(Duration.class, Main::duration)
                .setOut(terminal.outWriter())
                .setErr(terminal.errWriter())
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.colours() ? Ansi.ON : Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
        addHelp(commandLine);
        requireNonNull(commandLine.getSubcommands().get("run")).setStopAtPositional(true);
        return commandLine;
    }

    private static void addHelp(CommandLine commandLine) {
        commandLine.addMixin("help", new HelpOptions());
        commandLine.getSubcommands().values().forEach(Main::addHelp);
    }

    private static Duration duration(String text) {
        try {
            return StoreUri.duration("duration", text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(
                    "'" + text + "' is no duration (expected: a number with ms, s, m or h, such as 10s)");
        }
    }
}
