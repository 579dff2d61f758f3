package dev.rollcall.cli;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.StoreException;
import dev.rollcall.health.HealthCheck;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code rollcall register}: holds a registration until a signal. */
@Command(
        name = "register",
        description = "Register an instance until Ctrl-C or SIGTERM.",
        footer = {
            "  rollcall register orders 10.0.0.5:8080",
            "  rollcall register orders http://10.0.0.5:8080 --weight 3 --meta team=blue",
            "  rollcall register db 10.0.0.9:5432 --health tcp --interval 5s",
            "",
            "It is kept registered, whatever happens to the registry, and deregistered at the end.",
            "For a program that is to be started too, see 'rollcall run'."
        })
final class RegisterCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "SERVICE", description = "The service's name.")
    private String service = "";

    @Parameters(
            index = "1..*",
            arity = "1..16",
            paramLabel = "HOST:PORT",
            description = "Where it listens, or SCHEME://HOST:PORT; the principal one first.")
    private List<String> endpoints = List.of();

    @Mixin
    private final InstanceOptions options = new InstanceOptions();

    @Mixin
    private final HealthOptions health = new HealthOptions();

    @Mixin
    private final RegistryOptions registry = new RegistryOptions();

    RegisterCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        Instance instance = options.instance(service, endpoints.toArray(new String[0]));
        HealthCheck check = health.check(null);
        StopSignal stop = StopSignal.install();
        return registry.withClient(options.ttl(), rollcall -> hold(rollcall, instance, check, stop));
    }

    private int hold(Rollcall rollcall, Instance instance, @Nullable HealthCheck check, StopSignal stop)
            throws InterruptedException {
        Registration registration = check == null ? rollcall.register(instance) : rollcall.register(instance, check);
        Progress waiting = terminal.progress("registering in " + registry.shown());
        try (waiting) {
            FirstAnswer.registered(registration, registry.timeLeft());
        } catch (StoreException e) {
            throw registry.unanswered(e);
        }
        registration.listen(new StateReport(instance, registry.shown(), this::tell));
        registration.listenHealth(new HealthLines(this::tell));
        stop.await();
        if (Deregistration.confirmed(registration.closeAsync(), registry.requestTimeout())) {
            tell("deregistered");
            return ExitCode.OK;
        }
        terminal.note(Deregistration.unconfirmed(instance));
        return ExitCode.FAILED;
    }

    private void tell(String line) {
        try {
            terminal.lineNow(Style.DIM.apply(TIME.format(LocalTime.now(ZoneId.systemDefault())), terminal.colours())
                    + "  " + line);
        } catch (OutputClosedException e) {
            // The registration is what this command is for, and it goes on unobserved.
        }
    }
}
