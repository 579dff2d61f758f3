package dev.rollcall.cli;

import dev.rollcall.Instance;
import dev.rollcall.Live;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.cli.Table.Cell;
import dev.rollcall.cli.Table.Column;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code rollcall list}: what is in the registry now. */
@Command(
        name = "list",
        description = "Print a service's instances, or all services.",
        footer = {
            "  rollcall list",
            "  rollcall list orders",
            "  rollcall list orders -o json | jq -r 'select(.status == \"up\").endpoints[0]'",
            "",
            "JSON has the fields service, id, endpoints, weight, status (up, draining,",
            "out_of_service), zone, version and metadata; of services service, instances, up."
        })
final class ListCommand implements Callable<Integer> {
    /** How many services are asked for at a time. */
    private static final int IN_FLIGHT = 64;

    private final Terminal terminal;

    @Parameters(paramLabel = "SERVICE", arity = "0..1", description = "The service; all if left out.")
    private @Nullable String service;

    @Mixin
    private final OutputFormat.Choice output = new OutputFormat.Choice();

    @Mixin
    private final RegistryOptions registry = new RegistryOptions();

    ListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        return registry.withClient(null, rollcall -> {
            if (service == null) {
                printServices(rollcall);
            } else {
                printInstances(service, rollcall);
            }
            return ExitCode.OK;
        });
    }

    private void printInstances(String name, Rollcall rollcall) throws InterruptedException {
        List<Instance> instances;
        try (ServiceView view = rollcall.discover(registry.checkedService(name))) {
            instances = registry.known(view, terminal).instances();
        }
        if (output.format() == OutputFormat.JSON) {
            instances.forEach(instance -> terminal.line(JsonLines.instance(instance)));
        } else if (instances.isEmpty()) {
            terminal.note("no instance of " + name + " in " + registry.shown() + ".");
        } else {
            InstanceText.table(instances).print(terminal.colours(), terminal::line);
        }
        terminal.flush();
    }

    private void printServices(Rollcall rollcall) throws InterruptedException {
        List<ServiceCount> counts = count(rollcall);
        if (output.format() == OutputFormat.JSON) {
            counts.forEach(count -> terminal.line(JsonLines.service(count)));
        } else if (counts.isEmpty()) {
            terminal.note("no service in " + registry.shown() + ".");
        } else {
            Table table = new Table(Column.text("SERVICE"), Column.number("INSTANCES"), Column.number("UP"));
            counts.forEach(count -> table.row(
                    Cell.of(count.service()),
                    Cell.of(Integer.toString(count.instances())),
                    new Cell(Integer.toString(count.up()), count.up() == 0 ? Style.RED : Style.GREEN)));
            table.print(terminal.colours(), terminal::line);
        }
        terminal.flush();
    }

    private List<ServiceCount> count(Rollcall rollcall) throws InterruptedException {
        SortedSet<String> names;
        try (Live<SortedSet<String>> services = rollcall.services()) {
            names = registry.known(services, terminal);
        }
        List<ServiceCount> counts = new ArrayList<>();
        Deque<ServiceView> views = new ArrayDeque<>();
        Iterator<String> rest = names.iterator();
        while (rest.hasNext() || !views.isEmpty()) {
            while (rest.hasNext() && views.size() < IN_FLIGHT) {
                views.add(rollcall.discover(rest.next()));
            }
            try (ServiceView view = views.remove()) {
                counts.add(ServiceCount.of(registry.known(view, terminal)));
            }
        }
        return counts;
    }
}
