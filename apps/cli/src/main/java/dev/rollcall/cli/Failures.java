package dev.rollcall.cli;

import dev.rollcall.StoreException;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever went wrong into one line on standard error and an exit code. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private final Terminal terminal;

    Failures(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] args) {
        if (Logging.isVerbose()) {
            terminal.trace(failure);
        }
        CommandLine commandLine = failure.getCommandLine();
        String hint = " Try '" + commandLine.getCommandSpec().qualifiedName() + " --help'.";
        boolean unknownCommand = commandLine.getParent() == null
                && failure instanceof UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption();
        terminal.note(
                (unknownCommand ? unknownCommand((UnmatchedArgumentException) failure) : sentence(failure.getMessage()))
                        + hint);
        return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine commandLine, ParseResult parsed) {
        if (failure instanceof OutputClosedException) {
            return ExitCode.OK;
        }
        if (Logging.isVerbose()) {
            terminal.trace(failure);
        }
        if (failure instanceof InterruptedException) {
            return ExitCode.FAILED;
        }
        terminal.note(sentence(message(failure)));
        return exitCode(failure);
    }

    private static String unknownCommand(UnmatchedArgumentException failure) {
        String commands = failure.getCommandLine().getSubcommands().entrySet().stream()
                .filter(command ->
                        !command.getValue().getCommandSpec().usageMessage().hidden())
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
        return "no command '" + failure.getUnmatched().get(0) + "' (expected: one of " + commands + ").";
    }

    private static int exitCode(Exception failure) {
        if (failure instanceof CommandFailedException failed) {
            return failed.exitCode();
        }
        if (failure instanceof StoreException store && store.concernsWholeStore()) {
            return ExitCode.UNREACHABLE;
        }
        return ExitCode.FAILED;
    }

    private static String message(Exception failure) {
        String message = failure.getMessage();
        if (failure instanceof CommandFailedException) {
            return String.valueOf(message);
        }
        if (failure instanceof StoreException) {
            return Unanswered.withoutPromises(String.valueOf(message));
        }
        if (failure instanceof CancellationException) {
            return "cancelled";
        }
        return "unexpected failure: " + failure + " (--verbose shows where)";
    }

    private static String sentence(@Nullable String message) {
        String text = String.valueOf(message);
        return text.endsWith(".") || text.endsWith("?") ? text : text + ".";
    }
}
