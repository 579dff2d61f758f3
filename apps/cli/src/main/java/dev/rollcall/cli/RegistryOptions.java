package dev.rollcall.cli;

import dev.rollcall.Instance;
import dev.rollcall.Live;
import dev.rollcall.LossProtection;
import dev.rollcall.Rollcall;
import dev.rollcall.StoreException;
import dev.rollcall.spi.StoreUri;
import java.time.Duration;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which registry, and how long to wait for it. */
final class RegistryOptions {
    static final String VARIABLE = "ROLLCALL_REGISTRY";
    private static final String DEFAULT_URI = "zookeeper://127.0.0.1:2181";

    private static final Duration LONGEST_REQUEST = Duration.ofSeconds(3);
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(300);
    private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(1);

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--registry",
            paramLabel = "URI",
            order = 50,
            description = {
                "The registry, such as etcd://h1:2379,h2:2379,",
                "zookeeper://h1:2181,h2:2181/chroot or",
                "consul://127.0.0.1:8500. Default:",
                "$" + VARIABLE + ", or else",
                DEFAULT_URI + "."
            })
    private @Nullable String uri;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            order = 51,
            defaultValue = "3s",
            description = "How long to wait for the registry. Default: 3s.")
    private Duration timeout = Duration.ofSeconds(3);

    private long connectingSinceNanos = System.nanoTime();

    /** How much longer to wait for the registry's first answer; loading and starting its client counts as well. */
    Duration timeLeft() {
        Duration left = timeout.minusNanos(System.nanoTime() - connectingSinceNanos);
        return left.compareTo(SHORTEST_WAIT) > 0 ? left : SHORTEST_WAIT;
    }

    /** Takes a registry that was named otherwise than by the option. */
    void use(String named) {
        if (uri != null) {
            throw usage(new IllegalArgumentException("both a URI and --registry (expected: one of them)"));
        }
        uri = named;
    }

    /** As {@link #text()}, with one host instead of all; unchanged if there are none. */
    String textFor(String host) {
        String text = text();
        int start = text.indexOf("://") + "://".length();
        if (host.isEmpty() || start < "://".length()) {
            return text;
        }
        int end = start;
        while (end < text.length() && text.charAt(end) != '/' && text.charAt(end) != '?') {
            end++;
        }
        int hosts = text.lastIndexOf('@', end - 1);
        return text.substring(0, hosts < start ? start : hosts + 1) + host + text.substring(end);
    }

    /** As the user wrote it, password included. */
    String text() {
        if (uri != null) {
            return uri;
        }
        String variable = System.getenv(VARIABLE);
        return variable == null || variable.isBlank() ? DEFAULT_URI : variable;
    }

    /** Fit to be shown: without a password. */
    String shown() {
        return uri().toString();
    }

    StoreUri uri() {
        try {
            return StoreUri.parse(text());
        } catch (IllegalArgumentException e) {
            throw usage(e);
        }
    }

    /**
     * What serves others has to come up while its registry is away, so that is worth a line, not the end.
     *
     * @param meanwhile what those get until it is there
     */
    void noteUnlessKnown(Rollcall rollcall, Terminal terminal, String meanwhile) throws InterruptedException {
        try (Live<SortedSet<String>> services = rollcall.services()) {
            FirstAnswer.known(services, timeLeft());
        } catch (StoreException e) {
            terminal.note("the registry " + shown()
                    + (e.kind() == StoreException.Kind.DENIED ? " refuses us (" : " does not answer (")
                    + Unanswered.withoutPromises(String.valueOf(e.getMessage())) + "). " + meanwhile
                    + "; it is asked again and again.");
        }
    }

    /**
     * Runs work with a client and disconnects, without waiting long: the work has removed its registrations itself.
     *
     * @param ttl how long registrations outlive this process; null for what the URI says
     */
    int withClient(@Nullable Duration ttl, Work work) throws InterruptedException {
        // Nothing is held back: an operator wants to see what the store has.
        return withConfiguredClient(
                builder -> (ttl == null ? builder : builder.ttl(ttl)).lossProtection(LossProtection.off()), work);
    }

    /** As {@link #withClient(Duration, Work)}, for those that send traffic to what they see. */
    int withConfiguredClient(UnaryOperator<Rollcall.Builder> options, Work work) throws InterruptedException {
        Rollcall rollcall = connect(options);
        boolean done = false;
        try {
            int exitCode = work.run(rollcall);
            done = true;
            return exitCode;
        } finally {
            CompletableFuture<Void> closed = rollcall.closeAsync();
            if (done) {
                Deregistration.confirmed(closed, LONGEST_GOODBYE);
            }
        }
    }

    /** What a command does with a client. */
    @FunctionalInterface
    interface Work {
        /** Returns the exit code. */
        int run(Rollcall rollcall) throws InterruptedException;
    }

    private Rollcall connect(UnaryOperator<Rollcall.Builder> options) {
        connectingSinceNanos = System.nanoTime();
        try {
            return options.apply(Rollcall.builder(text()).name("rollcall-cli").requestTimeout(requestTimeout()))
                    .connect();
        } catch (IllegalArgumentException e) {
            throw usage(e);
        }
    }

    /**
     * What a live value is, as soon as the registry has answered; the end of the command if it refuses, or is silent.
     *
     * @param atLeast how long to wait even where {@code --timeout} says less
     */
    <T> T known(Live<T> value, Duration atLeast, Terminal terminal) throws InterruptedException {
        Duration left = timeLeft();
        Progress waiting = terminal.progress("waiting for " + shown());
        try (waiting) {
            return FirstAnswer.known(value, left.compareTo(atLeast) < 0 ? atLeast : left);
        } catch (StoreException e) {
            throw unanswered(e);
        }
    }

    <T> T known(Live<T> value, Terminal terminal) throws InterruptedException {
        return known(value, Duration.ZERO, terminal);
    }

    /** A service's name that can be one. */
    String checkedService(String service) {
        return checked(() -> Instance.requireServiceName(service));
    }

    /** Does what may find out that the arguments are wrong, or more than this registry offers. */
    <T> T checked(Supplier<T> work) {
        try {
            return work.get();
        } catch (IllegalArgumentException e) {
            throw usage(e);
        } catch (UnsupportedOperationException e) {
            throw new CommandFailedException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    /** How long one request may take, and a deregistration. */
    Duration requestTimeout() {
        return timeout.compareTo(LONGEST_REQUEST) < 0 ? timeout : LONGEST_REQUEST;
    }

    /** The end of a command that the registry did not answer in time. */
    CommandFailedException unanswered(StoreException failure) {
        return Unanswered.failure(
                uri(), failure, "Start one with 'rollcall serve', or name yours with --registry or " + VARIABLE + ".");
    }

    private ParameterException usage(IllegalArgumentException failure) {
        return new ParameterException(spec.commandLine(), String.valueOf(failure.getMessage()), failure);
    }
}
