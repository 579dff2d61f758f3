package dev.rollcall.cli;

import dev.rollcall.StoreException;
import dev.rollcall.bridge.Bridge;
import dev.rollcall.bridge.BridgeOptions;
import dev.rollcall.bridge.Comparison;
import dev.rollcall.bridge.ComparisonState;
import dev.rollcall.spi.StoreUri;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code rollcall bridge}: services of one registry, mirrored to another or compared with it. */
@Command(
        name = "bridge",
        description = {
            "Mirror services from one registry to another, live, until stopped.",
            "With --compare, --once or --cut-over nothing is written."
        },
        exitCodeList = {
            "0:stopped by a signal; --once: nothing differs; --cut-over: equal for so long",
            "1:--once: something differs; --cut-over: not in time; or failed",
            "2:wrong usage",
            "3:--once: a registry can't be reached"
        },
        footer = {
            "  rollcall bridge --from zookeeper://old:2181 --to etcd://new:2379",
            "  rollcall bridge --from consul://a:8500 --to etcd://b:2379 --service 'shop-*' \\",
            "      --rename 'shop-*=*'",
            "  rollcall bridge --from zookeeper://old:2181 --to etcd://new:2379 --compare",
            "  rollcall bridge --from zookeeper://old:2181 --to etcd://new:2379 --cut-over=10",
            "",
            "Mirrors live as long as the bridge: when it dies they go within the TTL, unless",
            "another of the same name stands by. An outage of the source takes nothing away.",
            "What is registered on the target itself is left alone. A mirror is never",
            "mirrored, so two bridges may run in opposite directions."
        })
final class BridgeCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(500);

    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--from", paramLabel = "URI", required = true, order = 1, description = "The source registry.")
    private String from = "";

    @Option(names = "--to", paramLabel = "URI", required = true, order = 2, description = "The target registry.")
    private String to = "";

    @Option(
            names = "--service",
            paramLabel = "NAME",
            order = 3,
            description = {"A service, or a pattern with one *; may be", "repeated. Default: all, also those to come."})
    private List<String> services = new ArrayList<>();

    @Option(
            names = "--rename",
            paramLabel = "OLD=NEW",
            order = 4,
            description = {
                "What a service is called on the target; * on",
                "both sides is what stays, as in legacy-*=*. May",
                "be repeated; the first that matches counts."
            })
    private List<String> renames = new ArrayList<>();

    @Option(
            names = "--compare",
            order = 5,
            description = {"Report what differs, as it comes and goes, and", "write nothing."})
    private boolean compare;

    @Option(
            names = "--once",
            order = 6,
            description = {"Report what differs now, which is what a bridge", "would change, and exit."})
    private boolean once;

    @Option(
            names = "--cut-over",
            paramLabel = "MINUTES",
            order = 7,
            arity = "0..1",
            fallbackValue = "5",
            converter = Minutes.class,
            description = {
                "Compare until both have been equal for so long,",
                "5 minutes unless said otherwise, and exit."
            })
    private @Nullable Duration cutOver;

    @Option(
            names = "--within",
            paramLabel = "TIME",
            order = 8,
            description = {"How long --once and --cut-over may take.", "Default: 30s for --once, else for ever."})
    private @Nullable Duration within;

    @Option(
            names = "--settle",
            paramLabel = "TIME",
            order = 9,
            defaultValue = "2s",
            description = {"How old a difference must be to count; younger", "ones are on their way. Default: 2s."})
    private Duration settle = Duration.ofSeconds(2);

    @Option(
            names = "--name",
            paramLabel = "NAME",
            order = 10,
            description = {"Bridges of one name stand by for each other.", "Default: made from what it is told to do."})
    private @Nullable String name;

    @Option(
            names = "--alone",
            order = 11,
            description = {"Write without being elected: for the only one."})
    private boolean alone;

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            order = 12,
            description = {
                "How long mirrors outlive a crash. Default: what",
                "the URI says, or 10s; to Consul 40s, unless",
                "--alone, or else a standby would be too late."
            })
    private @Nullable Duration ttl;

    @Option(
            names = "--chained",
            order = 13,
            description = {"Mirror mirrors as well, unless they have been", "at the target: for chains of bridges."})
    private boolean chained;

    @Option(
            names = "--origin",
            paramLabel = "NAME",
            order = 14,
            description = {"What mirrors say they come from. Default: the", "source's URI without user and password."})
    private @Nullable String origin;

    @Option(
            names = "--destination",
            paramLabel = "NAME",
            order = 15,
            description = {"What the target is called as an origin, for", "chains. Default: likewise."})
    private @Nullable String destination;

    @Mixin
    private final OutputFormat.Choice output = new OutputFormat.Choice();

    BridgeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** A number of minutes, or a duration with its unit. */
    static final class Minutes implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return StoreUri.duration("cut-over", text.chars().allMatch(Character::isDigit) ? text + "m" : text);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if (cutOver != null && (compare || once)) {
            throw new ParameterException(spec.commandLine(), "--cut-over goes without --compare and --once");
        }
        BridgeReport report = new BridgeReport(terminal, output.format(), Clock.system(ZoneId.systemDefault()));
        try {
            if (once) {
                return compareOnce(report);
            }
            StopSignal stop = StopSignal.install();
            if (compare || cutOver != null) {
                return compare(report, stop);
            }
            return mirror(report, stop);
        } catch (OutputClosedException e) {
            return ExitCode.OK;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private BridgeOptions options() {
        BridgeOptions.Builder builder = BridgeOptions.builder(from, to)
                .services(services)
                .chained(chained)
                .elected(!alone)
                .settle(settle)
                .closeOnShutdown(false);
        renames.forEach(builder::rename);
        if (name != null) {
            builder.name(name);
        }
        if (origin != null) {
            builder.origin(origin);
        }
        if (destination != null) {
            builder.destination(destination);
        }
        if (ttl != null) {
            builder.ttl(ttl);
        }
        return builder.build();
    }

    private int mirror(BridgeReport report, StopSignal stop) throws InterruptedException {
        BridgeOptions options = options();
        try (Bridge bridge = Bridge.open(options)) {
            report.opened(options);
            boolean stopped = false;
            while (!stopped) {
                try {
                    report.mirroring(bridge.state());
                } catch (OutputClosedException e) {
                    // Mirroring is what this command is for, and it goes on unobserved.
                    stop.await();
                }
                stopped = stop.await(POLL);
            }
            report.closing();
        }
        return ExitCode.OK;
    }

    private int compareOnce(BridgeReport report) throws InterruptedException {
        Duration limit = within == null ? Duration.ofSeconds(30) : within;
        try (Comparison comparison = Comparison.open(options())) {
            ComparisonState state = comparison.awaitCompared(limit);
            report.compared(state);
            report.summary(state);
            return state.missing() + state.extra() + state.different() == 0 ? ExitCode.OK : ExitCode.FAILED;
        } catch (StoreException e) {
            throw new CommandFailedException(ExitCode.UNREACHABLE, String.valueOf(e.getMessage()), e);
        }
    }

    private int compare(BridgeReport report, StopSignal stop) throws InterruptedException {
        long startNanos = System.nanoTime();
        try (Comparison comparison = Comparison.open(options())) {
            do {
                ComparisonState state = comparison.state();
                report.compared(state);
                if (cutOver != null) {
                    if (state.equalSince() != null && state.equalFor().compareTo(cutOver) >= 0) {
                        report.checklist(state, cutOver);
                        return ExitCode.OK;
                    }
                    if (within != null && isOver(within, state, System.nanoTime() - startNanos)) {
                        report.checklist(state, cutOver);
                        return ExitCode.FAILED;
                    }
                }
            } while (!stop.await(POLL));
        }
        return cutOver == null ? ExitCode.OK : stop.exitCode();
    }

    /** Differences that are too young to count get the time to count, lest the checklist say that there are none. */
    private boolean isOver(Duration limit, ComparisonState state, long elapsedNanos) {
        Duration last = state.unsettled() == 0 ? limit : limit.plus(settle.multipliedBy(2));
        return elapsedNanos > last.toNanos();
    }
}
