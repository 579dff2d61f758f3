package dev.rollcall.cli;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import dev.rollcall.health.HealthCheck;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rollcall run}: runs any program as a registered instance. */
@Command(
        name = "run",
        customSynopsis = "rollcall run --service=NAME --port=N [OPTIONS] -- COMMAND...",
        description = {
            "Run a program as a registered instance.",
            "It is registered when its port accepts connections, and deregistered when it ends. SIGTERM and SIGINT"
                    + " deregister it first and are then passed on to it; SIGHUP is passed on at once."
        },
        exitCodeList = {
            "N:the program's own exit code, or 128 plus the number of the signal that ended it",
            "1:failed before the program was started; standard error says why",
            "2:wrong usage",
            "126:the program can't be executed",
            "127:the program is not found"
        },
        footer = {
            "  rollcall run --service web --port 8000 -- python3 -m http.server 8000",
            "  rollcall run --service orders --port 8080 --scheme http -- ./orders.sh",
            "  rollcall run --service web --port 8000 --health http:/health -- ./web.sh",
            "",
            "The program runs whether or not the registry can be reached; registering it is",
            "tried for ever. What rollcall itself says goes to standard error."
        })
final class RunCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--service", required = true, paramLabel = "NAME", order = 1, description = "The service's name.")
    private String service = "";

    @Option(names = "--port", required = true, paramLabel = "N", order = 2, description = "Where the program listens.")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            order = 3,
            description = "Where others reach it. Default: this machine's address towards the registry.")
    private @Nullable String host;

    @Option(
            names = "--scheme",
            paramLabel = "NAME",
            order = 4,
            defaultValue = "tcp",
            description = "What is spoken there, such as http or grpc. Default: tcp.")
    private String scheme = "tcp";

    @Mixin
    private final InstanceOptions options = new InstanceOptions();

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            order = 30,
            defaultValue = "500ms",
            description = "On a signal, how long it is marked as draining before it is removed. Default: 500ms.")
    private Duration drain = Duration.ofMillis(500);

    @Option(
            names = {"-q", "--quiet"},
            order = 31,
            description = "Say nothing but why something failed.")
    private boolean quiet;

    @Mixin
    private final HealthOptions health = new HealthOptions();

    @Mixin
    private final RegistryOptions registry = new RegistryOptions();

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The program and its arguments, after --.")
    private List<String> command = List.of();

    RunCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        String reached = host == null ? AdvertisedHost.towards(registry.uri()) : host;
        String endpoint = scheme + "://" + (reached.indexOf(':') < 0 ? reached : "[" + reached + "]") + ":" + port;
        Instance instance = options.instance(service, endpoint);
        Endpoint own = new Endpoint(
                instance.endpoint().scheme(),
                AdvertisedHost.probed(reached),
                instance.endpoint().port());
        HealthCheck check = health.check(own);
        PortProbe probe = new PortProbe(own.host(), own.port());
        if (probe.accepts()) {
            throw new CommandFailedException(
                    ExitCode.FAILED,
                    probe + " accepts connections before the program is started: another process listens there. "
                            + "Stop it, or use another port.");
        }
        return registry.withClient(options.ttl(), rollcall -> run(rollcall, instance, check, probe));
    }

    private int run(Rollcall rollcall, Instance instance, @Nullable HealthCheck check, PortProbe probe)
            throws InterruptedException {
        RegisteredProgram program = new RegisteredProgram(
                () -> check == null ? rollcall.register(instance) : rollcall.register(instance, check),
                instance,
                new RegisteredProgram.Limits(drain, registry.requestTimeout()),
                new StateReport(instance, registry.shown(), this::tell),
                this::tell);
        return program.run(command, probe);
    }

    private void tell(String line) {
        if (!quiet) {
            terminal.note(line);
        }
    }
}
