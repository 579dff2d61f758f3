package dev.rollcall.cli;

import dev.rollcall.Rollcall;
import dev.rollcall.console.Console;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rollcall console}: the registry in a browser, until stopped. */
@Command(
        name = "console",
        description = {
            "Show a registry in the browser, until stopped.",
            "One page with every service, its instances, and who came, changed and left, when and why, as it happens."
        },
        exitCodeList = {"0:stopped by Ctrl-C or SIGTERM", "1:failed; standard error says why", "2:wrong usage"},
        footer = {
            "  rollcall console",
            "  rollcall console etcd://10.0.0.1:2379 --listen 127.0.0.1:9000",
            "  rollcall console --allow-changes",
            "  rollcall console --listen 0.0.0.0:8580 --token-file /etc/rollcall/token \\",
            "      --tls-cert cert.pem --tls-key key.pem",
            "",
            "While the registry is away the page says so and shows what was last known."
        })
final class ConsoleCommand implements Callable<Integer> {
    static final String DEFAULT_ADDRESS = "127.0.0.1:8580";

    private final Terminal terminal;

    @Parameters(
            paramLabel = "URI",
            arity = "0..1",
            description = "The registry, instead of --registry or $" + RegistryOptions.VARIABLE + ".")
    private @Nullable String uri;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            order = 20,
            converter = ListenAddress.Converter.class,
            defaultValue = DEFAULT_ADDRESS,
            description = "Where, port 0 for any free one. Default: " + DEFAULT_ADDRESS + ".")
    private ListenAddress address = new ListenAddress("127.0.0.1", Console.DEFAULT_PORT);

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            order = 24,
            description = "Listen with TLS: a certificate and those in between, PEM.")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", order = 25, description = "Its private key, PEM (PKCS#8).")
    private @Nullable Path key;

    @Mixin
    private final ConsoleAccess access = new ConsoleAccess();

    @Mixin
    private final RegistryOptions registry = new RegistryOptions();

    ConsoleCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        access.requireTogether("--tls", certificate, key);
        if (uri != null) {
            registry.use(uri);
        }
        StopSignal stop = StopSignal.install();
        return registry.withClient(null, rollcall -> show(rollcall, stop));
    }

    private int show(Rollcall rollcall, StopSignal stop) throws InterruptedException {
        try (Console console = access.start(
                access.tls(access.builder(rollcall, registry.shown(), terminal), certificate, key), address)) {
            terminal.line("console ready at " + console.uri());
            terminal.line("  registry " + registry.shown());
            terminal.lineNow("  stop it  Ctrl-C");
            registry.noteUnlessKnown(rollcall, terminal, "The page says so meanwhile");
            stop.await();
        }
        terminal.lineNow("console stopped");
        return ExitCode.OK;
    }
}
