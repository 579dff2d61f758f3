package dev.rollcall.cli;

import dev.rollcall.Instance;
import dev.rollcall.InstanceOverride;
import dev.rollcall.OverrideRequest;
import dev.rollcall.Overrides;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Status;
import dev.rollcall.Subscription;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rollcall override}: asks one instance to drain, to be out of service or to weigh more or less. */
@Command(
        name = "override",
        description = {
            "Ask an instance to drain, to be out of service or to weigh more or less.",
            "Its owner follows, unless it is other software or was told not to."
        },
        exitCodeList = {
            "0:done; the owner follows, or nobody is registered",
            "1:asked, but not followed in time; or failed",
            "2:wrong usage",
            "3:the registry can't be reached"
        },
        footer = {
            "  rollcall override orders 10.0.0.5:8080 --drain",
            "  rollcall override orders 10.0.0.5:8080 --out-of-service --for 8h",
            "  rollcall override orders 10.0.0.5:8080 --weight 10",
            "  rollcall override orders 10.0.0.5:8080 --clear",
            "",
            "What is asked replaces what was asked before, and ends by itself, after a",
            "restart of the instance too. 'rollcall config list rollcall/overrides' shows all."
        })
final class OverrideCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SERVICE", description = "The service.")
    private String service = "";

    @Parameters(index = "1", paramLabel = "ID", description = "The instance's id, as 'rollcall list' shows it.")
    private String id = "";

    @ArgGroup
    private @Nullable Wish wish;

    @Option(
            names = "--weight",
            paramLabel = "N",
            order = 4,
            description = "Another weight than its owner says: 0 to 1000000.")
    private @Nullable Integer weight;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            order = 5,
            defaultValue = "1h",
            description = "How long, up to 720h. Default: 1h.")
    private Duration lasting = Duration.ofHours(1);

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            order = 6,
            defaultValue = "5s",
            description = "How long to wait until its owner follows. Default: 5s.")
    private Duration patience = Duration.ofSeconds(5);

    @Mixin
    private final RegistryOptions registry = new RegistryOptions();

    /** What it is asked to be. */
    static final class Wish {
        @Option(names = "--drain", order = 1, description = "To take no new requests, and finish those it has.")
        private boolean drain;

        @Option(names = "--out-of-service", order = 2, description = "Not to be chosen.")
        private boolean outOfService;

        @Option(names = "--clear", order = 3, description = "To be as its owner says again.")
        private boolean clear;
    }

    OverrideCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        boolean clear = wish != null && wish.clear;
        if (clear && weight != null) {
            throw new ParameterException(spec.commandLine(), "--clear ends all that was asked, --weight included");
        }
        if (wish == null && weight == null) {
            throw new ParameterException(
                    spec.commandLine(), "nothing to ask (expected: --drain, --out-of-service, --weight N or --clear)");
        }
        registry.checkedService(service);
        if (clear) {
            return ConfigAccess.with(registry, (rollcall, access) -> clear(rollcall, access));
        }
        OverrideRequest request = registry.checked(this::request);
        return ConfigAccess.with(registry, (rollcall, access) -> ask(rollcall, access, request));
    }

    private int clear(Rollcall rollcall, ConfigAccess access) throws InterruptedException {
        String name = service + "/" + id;
        Overrides overrides = registry.checked(rollcall::overrides);
        boolean any = access.change(key(name), () -> overrides.clear(service, id));
        terminal.lineNow(any ? name + " is as its owner says again" : name + " was asked for nothing");
        return ExitCode.OK;
    }

    private int ask(Rollcall rollcall, ConfigAccess access, OverrideRequest request) throws InterruptedException {
        String name = service + "/" + id;
        Overrides overrides = registry.checked(rollcall::overrides);
        InstanceOverride asked = access.change(key(name), () -> overrides.set(service, id, request));
        terminal.lineNow(name + " is asked to be " + asked.summary() + " until " + asked.until());
        return follow(rollcall, name, asked);
    }

    /** Where it is in the configuration; see {@link Overrides}. */
    private static String key(String name) {
        return "rollcall/overrides/" + name;
    }

    private OverrideRequest request() {
        Status status =
                wish == null ? null : wish.drain ? Status.DRAINING : wish.outOfService ? Status.OUT_OF_SERVICE : null;
        String by = System.getProperty("user.name", "");
        return new OverrideRequest(status, weight, lasting, by.isEmpty() ? "rollcall override" : by);
    }

    /** Waits until the registry shows what was asked. */
    private int follow(Rollcall rollcall, String name, InstanceOverride asked) throws InterruptedException {
        try (ServiceView view = rollcall.discover(service)) {
            registry.known(view, terminal);
            if (published(view).isEmpty()) {
                terminal.note(name + " isn't registered now; it follows if it is until then.");
                return ExitCode.OK;
            }
            CompletableFuture<Void> seen = new CompletableFuture<>();
            Subscription watching = view.listen(
                    Runnable::run,
                    reading -> published(view).filter(asked::isSeenIn).ifPresent(now -> seen.complete(null)));
            try {
                seen.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            } finally {
                watching.close();
            }
            terminal.lineNow(name + " follows");
            return ExitCode.OK;
        } catch (TimeoutException e) {
            throw new CommandFailedException(
                    ExitCode.FAILED,
                    name + " has not followed within " + patience.toMillis()
                            + " ms. Its owner may be other software, or told to ignore overrides, or cut off; --clear ends the asking.",
                    e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes it with a failure", e);
        }
    }

    private Optional<Instance> published(ServiceView view) {
        return view.instances().stream()
                .filter(instance -> instance.id().equals(id))
                .findFirst();
    }
}
