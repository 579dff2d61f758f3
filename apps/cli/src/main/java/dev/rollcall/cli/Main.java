package dev.rollcall.cli;

import static java.util.Objects.requireNonNull;

import dev.rollcall.spi.StoreUri;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
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
        CommandLine commandLine = new CommandLine(new RollcallCommand(terminal), new CommandFactory(terminal));
        commandLine
                .registerConverter(Duration.class, Main::duration)
                .registerConverter(OutputFormat.class, text -> oneOf(OutputFormat.values(), text))
                .registerConverter(BalancerName.class, text -> oneOf(BalancerName.values(), text))
                .registerConverter(CompletionCommand.Shell.class, text -> oneOf(CompletionCommand.Shell.values(), text))
                .setOut(terminal.outWriter())
                .setErr(terminal.errWriter())
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.colours() ? Ansi.ON : Ansi.OFF))
                .setExecutionStrategy(new OptionsInFront.PassedOn())
                .setParameterExceptionHandler(failures)
                .setExecutionExceptionHandler(failures);
        addShared(commandLine);
        requireNonNull(commandLine.getSubcommands().get("run")).setStopAtPositional(true);
        return commandLine;
    }

    private static void addShared(CommandLine commandLine) {
        commandLine.addMixin("help", new HelpOptions());
        if (!commandLine.getSubcommands().isEmpty()) {
            OptionsInFront.addTo(commandLine);
        }
        commandLine.getSubcommands().values().forEach(Main::addShared);
    }

    /** As picocli's own conversion, which would name each value twice in its messages, as the constants are called too. */
    private static <E extends Enum<E>> E oneOf(E[] values, String text) {
        for (E value : values) {
            if (value.toString().equalsIgnoreCase(text)) {
                return value;
            }
        }
        throw new TypeConversionException("'" + text + "' (expected: one of "
                + Arrays.stream(values).map(E::toString).collect(Collectors.joining(", ")) + ")");
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
