package dev.rollcall.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rollcall config delete}: deletes a key. */
@Command(
        name = "delete",
        description = "Delete a key; those who follow it keep its last value, and know.",
        footer = {"  rollcall config delete limits/orders", "  rollcall config delete limits/orders --if-revision 42"})
final class ConfigDeleteCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "KEY", description = "The key, such as gateway/rules.")
    private String key = "";

    @Option(names = "--if-revision", paramLabel = "N", description = "Delete only if the key is at this revision.")
    private @Nullable Long revision;

    @Mixin
    private final RegistryOptions registry = new RegistryOptions();

    ConfigDeleteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        return ConfigAccess.with(registry, access -> {
            if (!access.exists(key)) {
                throw access.absent(key);
            }
            Long expected = revision;
            if (expected == null) {
                access.change(key, () -> access.config().delete(key));
            } else {
                access.change(key, () -> access.config().delete(key, expected));
            }
            terminal.lineNow(key + " deleted");
            return ExitCode.OK;
        });
    }
}
