package dev.rollcall.cli;

import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import java.time.Clock;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code rollcall watch}: what happens to a service, until stopped. */
@Command(
        name = "watch",
        description = "Print a service's instances, then each change, until stopped.",
        footer = {
            "  rollcall watch orders",
            "  rollcall watch orders -o json | jq -c 'select(.event == \"removed\").id'",
            "",
            "Events are added, changed, removed, stale (the registry is away, the list is the",
            "last known) and fresh (the list is the registry's). JSON has the fields event,",
            "time and those of 'rollcall list'; stale and fresh have service and instances,",
            "and stale has since and cause. Quick successive changes may come as one."
        })
final class WatchCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "SERVICE", description = "The service, which need not exist yet.")
    private String service = "";

    @Mixin
    private final OutputFormat.Choice output = new OutputFormat.Choice();

    @Mixin
    private final RegistryOptions registry = new RegistryOptions();

    WatchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        return registry.withClient(null, this::watch);
    }

    private int watch(Rollcall rollcall) throws InterruptedException {
        Readership readers = new Readership();
        EventPrinter printer = new EventPrinter(terminal, output.format(), Clock.system(ZoneId.systemDefault()));
        ViewEvent.Source source = new ViewEvent.Source(service);
        try (ServiceView view = rollcall.discover(registry.checkedService(service))) {
            registry.known(view, terminal);
            view.listen(reading -> readers.print(() -> printer.print(source.advance(reading))));
            readers.awaitGone();
        }
        return ExitCode.OK;
    }
}
