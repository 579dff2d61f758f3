package dev.rollcall.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code rollcall config}, which only holds the others. */
@Command(
        name = "config",
        description = "Read and write configuration in the registry.",
        commandListHeading = "%nCommands:%n",
        subcommands = {
            ConfigGetCommand.class,
            ConfigPutCommand.class,
            ConfigEditCommand.class,
            ConfigDeleteCommand.class,
            ConfigListCommand.class,
            ConfigWatchCommand.class,
            ConfigHistoryCommand.class
        },
        footer = {
            "  rollcall config put gateway/rules --file rules.yaml",
            "  rollcall config get gateway/rules",
            "  rollcall config edit gateway/rules",
            "  rollcall config list gateway",
            "  rollcall config watch gateway/"
        })
final class ConfigCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    ConfigCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CommandLine commandLine = spec.commandLine();
        commandLine.usage(commandLine.getErr(), terminal.errColours());
        return ExitCode.USAGE;
    }
}
