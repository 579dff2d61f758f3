package dev.rollcall.cli;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Subscription;
import dev.rollcall.balance.Explanation;
import dev.rollcall.balance.LoadBalancer;
import dev.rollcall.balance.Selector;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rollcall resolve}: one instance of a service, chosen as an application would. */
@Command(
        name = "resolve",
        description = "Print the address of one instance of a service.",
        exitCodeList = {
            "0:done",
            "1:there is nobody to choose; standard error says why",
            "2:wrong usage",
            "3:the registry can't be reached"
        },
        footer = {
            "  rollcall resolve orders",
            "  curl http://$(rollcall resolve orders --endpoint http --wait 30s)/",
            "  rollcall resolve orders --balancer consistent-hash --key user-7",
            "  rollcall resolve orders --zone eu-1 --version 2 --explain",
            "",
            "JSON has address, endpoint and the fields of 'rollcall list'; with --explain",
            "also reasons, considered and excluded."
        })
final class ResolveCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "SERVICE", description = "The service.")
    private String service = "";

    @Option(
            names = "--endpoint",
            paramLabel = "SCHEME",
            order = 1,
            description = "The address where this is spoken, such as http or grpc. Default: an instance's first.")
    private @Nullable String scheme;

    @Option(
            names = "--balancer",
            paramLabel = "NAME",
            order = 2,
            defaultValue = "weighted-random",
            description = "How to choose: ${COMPLETION-CANDIDATES}. Default: weighted-random.")
    private BalancerName balancer = BalancerName.WEIGHTED_RANDOM;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            order = 3,
            description = "What a balancer that goes by keys goes by, such as a user.")
    private @Nullable String key;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            order = 4,
            description = "Prefer instances of this zone, as far as its capacity goes.")
    private @Nullable String zone;

    @Option(names = "--version", paramLabel = "VERSION", order = 5, description = "Only instances of this version.")
    private @Nullable String version;

    @Option(
            names = "--meta",
            paramLabel = "KEY=VALUE",
            order = 6,
            description = "Only instances with this metadata; may be repeated.")
    private Map<String, String> metadata = new LinkedHashMap<>();

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            order = 7,
            description = "Wait so long for somebody to choose, and for the registry. Default: don't.")
    private @Nullable Duration wait;

    @Option(names = "--explain", order = 8, description = "Say why this one, and why not the others.")
    private boolean explain;

    @Mixin
    private final OutputFormat.Choice output = new OutputFormat.Choice();

    @Mixin
    private final RegistryOptions registry = new RegistryOptions();

    ResolveCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        return registry.withClient(null, this::resolve);
    }

    private int resolve(Rollcall rollcall) throws InterruptedException {
        Explanation explanation;
        try (ServiceView view = rollcall.discover(registry.checkedService(service))) {
            long startNanos = System.nanoTime();
            registry.known(view, wait == null ? Duration.ZERO : wait, terminal);
            Selector selector = view.selector(registry.checked(this::way));
            explanation = wait == null
                    ? explained(selector)
                    : await(view, selector, wait.minusNanos(System.nanoTime() - startNanos));
        }
        print(explanation);
        return ExitCode.OK;
    }

    private LoadBalancer way() {
        LoadBalancer way = balancer.balancer();
        if (zone != null) {
            way = way.preferZone(zone);
        }
        if (version != null) {
            way = way.version(version);
        }
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            way = way.metadata(entry.getKey(), entry.getValue());
        }
        String spoken = scheme;
        return spoken == null
                ? way
                : way.filter(
                        "endpoint " + spoken,
                        instance -> instance.endpoints().stream()
                                .anyMatch(endpoint -> endpoint.scheme().equals(spoken)));
    }

    private Explanation explained(Selector selector) {
        return key == null ? selector.explain() : selector.explain(key);
    }

    /** The first choice that there is, or that there is none when the time is over. */
    private Explanation await(ServiceView view, Selector selector, Duration left) throws InterruptedException {
        CompletableFuture<Explanation> found = new CompletableFuture<>();
        Subscription changes = view.listen(reading -> {
            Explanation explanation = explained(selector);
            if (explanation.chosen() != null) {
                found.complete(explanation);
            }
        });
        Progress waiting = terminal.progress("waiting for an instance of " + service);
        try (changes;
                waiting) {
            return found.get(Math.max(0, left.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return explained(selector);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private void print(Explanation explanation) {
        Instance chosen = explanation.chosen();
        if (chosen == null && !explain) {
            throw nobody(explanation);
        }
        Endpoint endpoint = chosen == null ? null : endpoint(chosen);
        if (output.format() == OutputFormat.JSON) {
            terminal.line(JsonLines.choice(chosen, endpoint, explain ? explanation : null));
        } else {
            terminal.line(endpoint == null ? "nobody" : endpoint.authority());
            if (explain) {
                ExplanationText.print(explanation, terminal);
            }
        }
        terminal.flush();
        if (chosen == null) {
            throw nobody(explanation);
        }
    }

    private CommandFailedException nobody(Explanation explanation) {
        String next = wait == null ? "'--wait 30s' waits for one" : "waited " + wait.toMillis() + " ms";
        return new CommandFailedException(
                ExitCode.FAILED,
                ExplanationText.nobody(explanation, registry.shown()) + ": " + next
                        + (explain ? "." : ", --explain says more."));
    }

    private Endpoint endpoint(Instance instance) {
        return scheme == null ? instance.endpoint() : instance.endpoint(scheme);
    }
}
