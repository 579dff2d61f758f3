package dev.rollcall.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rollcall completion}: the script with which a shell completes commands and options. */
@Command(
        name = "completion",
        description = "Print a script that makes a shell complete commands and options.",
        exitCodeList = {"0:done", "2:wrong usage"},
        footer = {
            "  rollcall completion bash > ~/.local/share/bash-completion/completions/rollcall",
            "  source <(rollcall completion bash)     in this shell alone",
            "  source <(rollcall completion zsh)      in ~/.zshrc, behind compinit"
        })
final class CompletionCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "bash|zsh", description = "The shell.")
    private Shell shell = Shell.BASH;

    /** A shell that is known. */
    enum Shell {
        BASH,
        ZSH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    CompletionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        String script = AutoComplete.bash(root.getCommandName(), root);
        // zsh has bash's way of completing in a module of its own, which the script loads where it runs in zsh
        terminal.text(shell == Shell.ZSH ? "autoload -Uz bashcompinit && bashcompinit\n" + script : script);
        terminal.flush();
        return ExitCode.OK;
    }
}
