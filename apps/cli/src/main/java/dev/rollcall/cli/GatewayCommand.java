package dev.rollcall.cli;

import dev.rollcall.Rollcall;
import dev.rollcall.console.Console;
import dev.rollcall.gateway.Gateway;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code rollcall gateway}: a reverse proxy to all services, until stopped. */
@Command(
        name = "gateway",
        description = {
            "Run a reverse proxy for HTTP and gRPC that follows the registry.",
            "/orders/items goes to an instance of the service orders, as /items."
        },
        exitCodeList = {"0:stopped by Ctrl-C or SIGTERM", "1:failed; standard error says why", "2:wrong usage"},
        footer = {
            "  rollcall gateway",
            "  rollcall gateway --listen 0.0.0.0:443 --tls-cert cert.pem --tls-key key.pem",
            "  curl http://127.0.0.1:8080/orders/items",
            "  rollcall config edit gateway/rules",
            "",
            "Everybody who reaches it reaches every service, and it asks for no password.",
            "Only this machine can connect unless --listen says otherwise."
        })
final class GatewayCommand implements Callable<Integer> {
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            order = 1,
            defaultValue = "127.0.0.1:8080",
            converter = ListenAddress.Converter.class,
            description = "Where it listens. Default: 127.0.0.1:8080.")
    private ListenAddress listen = new ListenAddress("127.0.0.1", 8080);

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            order = 2,
            description = "Listen with TLS: a certificate and those in between, PEM.")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", order = 3, description = "Its private key, PEM (PKCS#8).")
    private @Nullable Path key;

    @Option(
            names = "--upstream-ca",
            paramLabel = "FILE",
            order = 4,
            description = {"Whom to trust for https instances, PEM.", "Default: the JDK's certificates."})
    private @Nullable Path upstreamCertificates;

    @Option(
            names = "--try-timeout",
            paramLabel = "TIME",
            order = 5,
            defaultValue = "15s",
            description = {"How long an instance may take until its", "response begins. Default: 15s."})
    private Duration tryTimeout = Duration.ofSeconds(15);

    @Option(
            names = "--attempts",
            paramLabel = "N",
            order = 6,
            defaultValue = "3",
            description = {"How many instances to try where that is safe.", "Default: 3."})
    private int attempts = 3;

    @Option(
            names = "--max-body",
            paramLabel = "BYTES",
            order = 7,
            defaultValue = "1073741824",
            description = "How long a request's body may be. Default: 1 GiB.")
    private long maxBodyBytes = 1L << 30;

    @Option(
            names = "--head-timeout",
            paramLabel = "TIME",
            order = 8,
            defaultValue = "10s",
            description = {"How long the head of an HTTP/1 request may", "take. Default: 10s."})
    private Duration headTimeout = Duration.ofSeconds(10);

    @Option(
            names = "--trust-forwarded",
            order = 8,
            description = {"Believe X-Forwarded-* and Forwarded: only", "behind another proxy."})
    private boolean trustForwarded;

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            order = 9,
            defaultValue = "10s",
            description = {"How long requests may go on after Ctrl-C or", "SIGTERM. Default: 10s."})
    private Duration drain = Duration.ofSeconds(10);

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            order = 10,
            description = {
                "Where to keep what was known last, for starts",
                "while the registry is away. Default: nowhere."
            })
    private @Nullable Path cache;

    @Option(
            names = "--rules",
            paramLabel = "KEY",
            order = 11,
            defaultValue = "gateway/rules",
            description = {"Where the rules are in the store's", "configuration. Default: gateway/rules."})
    private String rulesKey = "gateway/rules";

    @Option(names = "--access-log", order = 12, description = "Print a line for each request.")
    private boolean accessLog;

    @Option(
            names = "--metrics",
            paramLabel = "HOST:PORT",
            order = 13,
            converter = ListenAddress.Converter.class,
            description = {"Answer GET /metrics there, in Prometheus'", "text format. Default: nowhere."})
    private @Nullable ListenAddress metrics;

    @Mixin
    private final ConsoleBeside console = new ConsoleBeside();

    @Mixin
    private final RegistryOptions registry = new RegistryOptions();

    GatewayCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        if ((certificate == null) != (key == null)) {
            throw new ParameterException(spec.commandLine(), "--tls-cert and --tls-key go together");
        }
        console.requireShown(console.isWanted(), "--console");
        StopSignal stop = StopSignal.install();
        return registry.withConfiguredClient(
                builder -> cache == null ? builder : builder.snapshotDirectory(cache), rollcall -> run(rollcall, stop));
    }

    private int run(Rollcall rollcall, StopSignal stop) throws InterruptedException {
        registry.noteUnlessKnown(rollcall, terminal, "Requests get 503 meanwhile");
        try (Gateway gateway = options(rollcall).start();
                Console shown = console(rollcall, gateway)) {
            terminal.line("gateway ready at " + address(gateway));
            gateway.metricsAddress()
                    .ifPresent(at -> terminal.line("  metrics  http://" + hostAndPort(at) + "/metrics"));
            if (shown != null) {
                terminal.line("  console  " + shown.uri());
            }
            terminal.line("  registry " + registry.shown());
            terminal.line(
                    "  rules    " + rulesKey + "; while nothing is there, /SERVICE/... to the instances of SERVICE");
            terminal.lineNow("  stop it  Ctrl-C");
            stop.await();
            terminal.lineNow("draining, for up to " + seconds(drain));
            drain(gateway);
        } catch (IOException e) {
            throw new CommandFailedException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        }
        terminal.lineNow("gateway stopped");
        return ExitCode.OK;
    }

    private @Nullable Console console(Rollcall rollcall, Gateway gateway) throws InterruptedException {
        return console.isWanted()
                ? console.start(rollcall, registry.shown(), terminal, new GatewayTraffic(gateway))
                : null;
    }

    private Gateway.Builder options(Rollcall rollcall) {
        try {
            Gateway.Builder builder = Gateway.builder(rollcall)
                    .listen(listen.resolved())
                    .tryTimeout(tryTimeout)
                    .attempts(attempts)
                    .maxBodyBytes(maxBodyBytes)
                    .headTimeout(headTimeout)
                    .registryWait(registry.requestTimeout())
                    .trustForwarded(trustForwarded)
                    .rulesKey(rulesKey)
                    .rulesListener(terminal::note);
            if (metrics != null) {
                builder.metrics(metrics.resolved());
            }
            if (accessLog) {
                builder.accessLog(this::print);
            }
            if (certificate != null && key != null) {
                builder.tls(certificate, key);
            }
            if (upstreamCertificates != null) {
                builder.upstreamCertificates(upstreamCertificates);
            }
            return builder;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private void print(String line) {
        try {
            terminal.lineNow(line);
        } catch (OutputClosedException e) {
            // The requests are what this command is for, and they go on unobserved.
        }
    }

    private String address(Gateway gateway) {
        return (certificate == null ? "http://" : "https://") + hostAndPort(gateway.address());
    }

    private static String hostAndPort(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private void drain(Gateway gateway) throws InterruptedException {
        try {
            gateway.drain(drain).get(drain.plus(CLOSING).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            terminal.note("some requests were cut off (" + e.getMessage() + ").");
        }
    }

    private static String seconds(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    }
}
