package dev.rollcall.cli;

import dev.rollcall.config.ConfigEntry;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code rollcall config list}: what is written below a prefix now. */
@Command(
        name = "list",
        description = "Print the keys below a prefix, and how their texts begin.",
        footer = {
            "  rollcall config list",
            "  rollcall config list gateway",
            "  rollcall config list -o json | jq -r .key",
            "",
            "JSON has the fields of 'rollcall config get', with the whole text."
        })
final class ConfigListCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
            paramLabel = "PREFIX",
            arity = "0..1",
            defaultValue = "",
            description = "Whole names, such as gateway; all if left out.")
    private String prefix = "";

    @Mixin
    private final OutputFormat.Choice output = new OutputFormat.Choice();

    @Mixin
    private final RegistryOptions registry = new RegistryOptions();

    ConfigListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        return ConfigAccess.with(registry, access -> {
            List<ConfigEntry> entries = access.read(() -> access.config().list(prefix));
            if (output.format() == OutputFormat.JSON) {
                entries.forEach(entry -> terminal.line(JsonLines.config(entry)));
            } else if (entries.isEmpty()) {
                terminal.note("no configuration " + (prefix.isEmpty() ? "" : "below " + prefix + " ") + "in "
                        + registry.shown() + ".");
            } else {
                ConfigText.table(entries).print(terminal.colours(), terminal::line);
            }
            terminal.flush();
            return ExitCode.OK;
        });
    }
}
