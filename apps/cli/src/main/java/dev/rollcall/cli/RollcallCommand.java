package dev.rollcall.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The root command, which only holds the others. */
@Command(
        name = "rollcall",
        versionProvider = RollcallCommand.Version.class,
        description = "Service registration and discovery on etcd, ZooKeeper, Consul, or a registry of its own.",
        commandListHeading = "%nCommands:%n",
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            RegisterCommand.class,
            RunCommand.class,
            ListCommand.class,
            WatchCommand.class,
            ResolveCommand.class,
            ConfigCommand.class,
            OverrideCommand.class,
            GatewayCommand.class,
            ConsoleCommand.class,
            BridgeCommand.class,
            DoctorCommand.class,
            CompletionCommand.class,
            DemoServiceCommand.class,
            RehearseCommand.class
        },
        footer = {
            "  rollcall demo                        see it work, with nothing installed",
            "  rollcall serve                       a registry on this machine",
            "  rollcall run --service web --port 8000 -- python3 -m http.server 8000",
            "  rollcall list web",
            "  rollcall watch web -o json",
            "  curl http://$(rollcall resolve web)/",
            "  rollcall config edit gateway/rules",
            "  rollcall gateway                     HTTP to all services, on 127.0.0.1:8080",
            "  rollcall doctor etcd://10.0.0.1:2379",
            "  rollcall console                     all of it in the browser",
            "  rollcall bridge --from zookeeper://old:2181 --to etcd://new:2379",
            "",
            "The registry is --registry URI, or else the environment's ROLLCALL_REGISTRY,",
            "or else zookeeper://127.0.0.1:2181. These options can stand in front of the",
            "command or behind it; behind it wins. 'rollcall COMMAND --help' tells more."
        })
final class RollcallCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            order = 98,
            description = "Print the version.")
    boolean version;

    RollcallCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CommandLine commandLine = spec.commandLine();
        commandLine.usage(commandLine.getErr(), terminal.errColours());
        return ExitCode.USAGE;
    }

    /** The version of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = RollcallCommand.class.getPackage().getImplementationVersion();
            return new String[] {
                "rollcall " + (version == null ? "(unpackaged)" : version) + " on Java " + Runtime.version()
            };
        }
    }
}
