package dev.rollcall.cli;

import dev.rollcall.config.ConfigEntry;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rollcall config history}: the versions of a key. */
@Command(
        name = "history",
        description = "Print a key's versions, the newest first.",
        footer = {
            "  rollcall config history gateway/rules",
            "  rollcall config history gateway/rules -o json | jq 'select(.revision == 42)'",
            "",
            "etcd remembers versions until it is compacted; other registries the current one",
            "alone. JSON has the fields of 'rollcall config get'."
        })
final class ConfigHistoryCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "KEY", description = "The key, such as gateway/rules.")
    private String key = "";

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many at the most, 1 to 1000. Default: 20.")
    private int limit = 20;

    @Mixin
    private final OutputFormat.Choice output = new OutputFormat.Choice();

    @Mixin
    private final RegistryOptions registry = new RegistryOptions();

    ConfigHistoryCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        return ConfigAccess.with(registry, access -> {
            List<ConfigEntry> versions = access.read(() -> access.config().history(key, limit));
            if (versions.isEmpty()) {
                throw access.absent(key);
            }
            if (output.format() == OutputFormat.JSON) {
                versions.forEach(version -> terminal.line(JsonLines.config(version)));
            } else {
                ConfigText.table(versions).print(terminal.colours(), terminal::line);
            }
            terminal.flush();
            return ExitCode.OK;
        });
    }
}
