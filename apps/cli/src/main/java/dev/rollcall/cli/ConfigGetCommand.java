package dev.rollcall.cli;

import dev.rollcall.config.ConfigEntry;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code rollcall config get}: what is written at a key now. */
@Command(
        name = "get",
        description = "Print what is written at a key, exactly as it is.",
        footer = {
            "  rollcall config get gateway/rules > rules.yaml",
            "  rollcall config get gateway/rules -o json | jq .revision",
            "",
            "JSON has the fields key, revision and text."
        })
final class ConfigGetCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "KEY", description = "The key, such as gateway/rules.")
    private String key = "";

    @Mixin
    private final OutputFormat.Choice output = new OutputFormat.Choice();

    @Mixin
    private final RegistryOptions registry = new RegistryOptions();

    ConfigGetCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        return ConfigAccess.with(registry, access -> {
            ConfigEntry entry = access.read(key).orElseThrow(() -> access.absent(key));
            if (output.format() == OutputFormat.JSON) {
                terminal.line(JsonLines.config(entry));
            } else {
                terminal.text(entry.text());
            }
            terminal.flush();
            return ExitCode.OK;
        });
    }
}
