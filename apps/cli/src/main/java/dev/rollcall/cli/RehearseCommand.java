package dev.rollcall.cli;

import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.StoreException;
import dev.rollcall.balance.LoadBalancer;
import dev.rollcall.embedded.EmbeddedRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * Does what the other commands do, so that the launcher can archive the classes that they load (class-data sharing). Prints
 * nothing, leaves nothing, listens on the loopback address only.
 */
@Command(name = "rehearse", hidden = true)
final class RehearseCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    /** Nothing listens there, which is enough to load a client's classes. */
    private static final List<String> NOBODY = List.of("etcd://127.0.0.1:9", "consul://127.0.0.1:9");

    @Override
    public Integer call() throws IOException, InterruptedException {
        Terminal nowhere = new Terminal(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), true);
        try (DataDirectory data = DataDirectory.temporary("rollcall-rehearsal-");
                EmbeddedRegistry server = EmbeddedRegistry.start(data.path(), 0)) {
            useRegistry(server.uri(), nowhere);
            Main.run(nowhere, "list", "--registry", server.uri());
            Main.run(nowhere, "list", "rehearsal", "-o", "json", "--registry", server.uri());
        }
        for (String registry : NOBODY) {
            Main.run(nowhere, "list", "--registry", registry, "--timeout", "100ms");
        }
        Main.run(nowhere, "--help");
        return ExitCode.OK;
    }

    private static void useRegistry(String uri, Terminal terminal) throws InterruptedException {
        Instance instance =
                Instance.of("rehearsal", "http://127.0.0.1:1").withZone("z").withMetadata("k", "v");
        try (Rollcall rollcall = Rollcall.connect(uri);
                ServiceView view = rollcall.discover(instance.service())) {
            rollcall.register(instance).awaitRegistered(LIMIT);
            view.awaitKnown(LIMIT);
            view.selector(LoadBalancer.roundRobin());
            EventPrinter printer = new EventPrinter(terminal, OutputFormat.JSON, Clock.systemUTC());
            printer.print(List.of(new ViewEvent.Added(instance)));
            InstanceText.table(view.instances()).print(true, terminal::line);
        } catch (StoreException e) {
            // Fewer classes are archived then; nothing else depends on it.
        }
    }
}
