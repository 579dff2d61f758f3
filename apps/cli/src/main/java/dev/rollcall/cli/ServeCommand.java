package dev.rollcall.cli;

import dev.rollcall.embedded.EmbeddedRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code rollcall serve}: the embedded registry, until stopped. */
@Command(
        name = "serve",
        description = {
            "Run a registry on this machine until stopped.",
            "It is a ZooKeeper server inside this process; any ZooKeeper client can use it."
        },
        exitCodeList = {"0:stopped by Ctrl-C or SIGTERM", "1:failed; standard error says why", "2:wrong usage"},
        footer = {
            "  rollcall serve",
            "  rollcall serve --console",
            "  rollcall serve --data /var/lib/rollcall --port 2181",
            "",
            "It has no password. Only this machine can connect unless --host says otherwise,",
            "which is for trusted networks alone."
        })
final class ServeCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            order = 1,
            description = "Where it keeps its data. Default: a temporary directory, removed at the end.")
    private @Nullable Path data;

    @Option(
            names = "--port",
            paramLabel = "N",
            order = 2,
            defaultValue = "2181",
            description = "Where it listens, 0 for any free port. Default: 2181.")
    private int port = 2181;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            order = 3,
            defaultValue = "127.0.0.1",
            description = "The address it listens on. Default: 127.0.0.1.")
    private String host = "127.0.0.1";

    @Mixin
    private final ConsoleBeside console = new ConsoleBeside();

    ServeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        console.requireShown(console.isWanted(), "--console");
        StopSignal stop = StopSignal.install();
        try (DataDirectory directory =
                        data == null ? DataDirectory.temporary("rollcall-serve-") : DataDirectory.of(data);
                EmbeddedRegistry registry = EmbeddedRegistry.start(directory.path(), port, host);
                RegistryConsole shown = console(registry.uri())) {
            terminal.line("registry ready at " + registry.uri());
            terminal.line("  data     " + directory.path()
                    + (data == null ? ", removed at the end; --data DIR keeps it" : ""));
            terminal.line("  use it   export " + RegistryOptions.VARIABLE + "=" + registry.uri());
            if (shown != null) {
                terminal.line("  console  " + shown.uri());
            }
            terminal.lineNow("  stop it  Ctrl-C");
            stop.await();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new CommandFailedException(ExitCode.FAILED, "can't start the registry: " + e.getMessage(), e);
        }
        terminal.lineNow("registry stopped");
        return ExitCode.OK;
    }

    private @Nullable RegistryConsole console(String registry) throws InterruptedException {
        return console.isWanted()
                ? RegistryConsole.open(registry, (rollcall, shown) -> console.start(rollcall, shown, terminal))
                : null;
    }
}
