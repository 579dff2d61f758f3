package dev.rollcall.gateway;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Rollcall;
import dev.rollcall.StoreException;
import dev.rollcall.config.ConfigEntry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reverse proxy for HTTP and gRPC that follows the registry: {@code /orders/…} goes to an instance of the service {@code orders}, with
 * that prefix taken away. Safe for use by many threads.
 *
 * <pre>{@code
 * try (Gateway gateway = Gateway.builder(rollcall).listen(new InetSocketAddress("127.0.0.1", 8080)).start()) {
 *     …
 *     gateway.drain(Duration.ofSeconds(10)).join();
 * }
 * }</pre>
 *
 * <p>It uses the client it is given and doesn't close it. Its threads are one for each event loop and those of Vert.x.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final Duration STARTING = Duration.ofSeconds(10);
    private static final Duration SWEEP = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final List<Worker> workers;
    private final Shared shared;
    private final InetSocketAddress address;
    private final Optional<InetSocketAddress> metrics;

    private Gateway(
            Vertx vertx,
            List<Worker> workers,
            Shared shared,
            InetSocketAddress address,
            Optional<InetSocketAddress> metrics) {
        this.vertx = vertx;
        this.workers = List.copyOf(workers);
        this.shared = shared;
        this.address = address;
        this.metrics = metrics;
    }

    /** A gateway's options, all of which have defaults. */
    public static Builder builder(Rollcall rollcall) {
        return new Builder(requireNonNull(rollcall, "rollcall"));
    }

    /** Where it listens, with the port that it got where 0 was asked for. */
    public InetSocketAddress address() {
        return address;
    }

    /** Where {@code /metrics} is, in Prometheus' text format; empty unless asked for. */
    public Optional<InetSocketAddress> metricsAddress() {
        return metrics;
    }

    /** What each instance was given, by service and instance id, in the order of both. A copy; made for people, not for each request. */
    public SortedMap<String, SortedMap<String, InstanceTraffic>> traffic() {
        return shared.counters().traffic();
    }

    /**
     * Which instances of a service are sent nothing now because they failed, and why in words, by id. Asks the balancers to explain themselves:
     * made for people, not for each request.
     */
    public SortedMap<String, String> ejected(String service) {
        return shared.services().ejected(service);
    }

    /**
     * Stops listening, closes idle connections and lets requests under way end; completes when they have, or when the time is up and the
     * rest was cut off.
     *
     * @param atMost above zero
     */
    public CompletableFuture<Void> drain(Duration atMost) {
        List<Future<Void>> drained = new ArrayList<>();
        workers.forEach(worker -> drained.add(worker.drain(atMost)));
        return Future.join(drained).<Void>mapEmpty().toCompletionStage().toCompletableFuture();
    }

    /** Stops at once; requests under way are cut off. Idempotent. */
    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(STARTING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // Closing is best effort: what is left ends with the process.
        }
        close(shared);
    }

    private static void close(Shared shared) {
        shared.routes().close();
        shared.services().close();
        shared.accessLog().close();
    }

    /** Options of a {@link Gateway}. Not safe for use by many threads. */
    public static final class Builder {
        private final Rollcall rollcall;
        private InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);
        private Optional<InetSocketAddress> metrics = Optional.empty();
        private int eventLoops = Runtime.getRuntime().availableProcessors();
        private Optional<Settings.Tls> tls = Optional.empty();
        private Optional<Path> upstreamCertificates = Optional.empty();
        private Duration tryTimeout = Duration.ofSeconds(15);
        private int attempts = 3;
        private Duration connectTimeout = Duration.ofSeconds(1);
        private Duration idleTimeout = Duration.ofMinutes(5);
        private Duration headTimeout = Duration.ofSeconds(10);
        private Duration registryWait = Duration.ofSeconds(3);
        private int maxHeaderBytes = 16 * 1024;
        private long maxBodyBytes = 1L << 30;
        private boolean trustForwarded;
        private String rulesKey = "gateway/rules";
        private Consumer<String> rulesListener = Gateway::logRules;
        private Optional<Consumer<String>> accessLog = Optional.empty();

        private Builder(Rollcall rollcall) {
            this.rollcall = rollcall;
        }

        /** Where to listen; port 0 for any that is free. By default port 8080 of this machine's loopback. */
        public Builder listen(InetSocketAddress listen) {
            this.listen = resolved("listen", listen);
            return this;
        }

        /**
         * Where to answer {@code GET /metrics} in Prometheus' text format, to whoever asks: an address apart from the traffic's, port 0 for any
         * that is free. By default nowhere.
         */
        public Builder metrics(InetSocketAddress metrics) {
            this.metrics = Optional.of(resolved("metrics", metrics));
            return this;
        }

        private static InetSocketAddress resolved(String name, InetSocketAddress address) {
            if (address.isUnresolved()) {
                throw new IllegalArgumentException(
                        name + ": " + address.getHostString() + " (expected: an address of this machine)");
            }
            return address;
        }

        /** How many threads carry the traffic: 1 to 256, by default one for each processor. */
        public Builder eventLoops(int eventLoops) {
            if (eventLoops < 1 || eventLoops > 256) {
                throw new IllegalArgumentException("eventLoops: " + eventLoops + " (expected: 1 to 256)");
            }
            this.eventLoops = eventLoops;
            return this;
        }

        /**
         * Listens with TLS, for HTTP/2 and HTTP/1.1. By default clear text.
         *
         * @param certificates a PEM file with the server's certificate, then those in between
         * @param key a PEM file with its private key, PKCS#8
         */
        public Builder tls(Path certificates, Path key) {
            this.tls = Optional.of(
                    new Settings.Tls(requireNonNull(certificates, "certificates"), requireNonNull(key, "key")));
            return this;
        }

        /** A PEM file with the certificates that instances' certificates must lead to; by default those of the JDK. */
        public Builder upstreamCertificates(Path file) {
            this.upstreamCertificates = Optional.of(requireNonNull(file, "file"));
            return this;
        }

        /** How long one try may take until its response begins: 1 ms to 1 h, by default 15 s. */
        public Builder tryTimeout(Duration tryTimeout) {
            this.tryTimeout = checked("tryTimeout", tryTimeout, Duration.ofHours(1));
            return this;
        }

        /** How many tries there may be, the first included: 1 to 10, by default 3. */
        public Builder attempts(int attempts) {
            if (attempts < 1 || attempts > 10) {
                throw new IllegalArgumentException("attempts: " + attempts + " (expected: 1 to 10)");
            }
            this.attempts = attempts;
            return this;
        }

        /** How long a connection to an instance may take, or the wait for one: 1 ms to 1 min, by default 1 s. */
        public Builder connectTimeout(Duration connectTimeout) {
            this.connectTimeout = checked("connectTimeout", connectTimeout, Duration.ofMinutes(1));
            return this;
        }

        /** After what time without a byte in either direction a connection is closed: 1 ms to 24 h, by default 5 min. */
        public Builder idleTimeout(Duration idleTimeout) {
            this.idleTimeout = checked("idleTimeout", idleTimeout, Duration.ofHours(24));
            return this;
        }

        /**
         * How long the head of an HTTP/1 request may take from its first byte to its last: 1 ms to 10 min, by default 10 s. After that the
         * client gets 408, if it is the connection's first, and the connection is closed.
         */
        public Builder headTimeout(Duration headTimeout) {
            this.headTimeout = checked("headTimeout", headTimeout, Duration.ofMinutes(10));
            return this;
        }

        /**
         * How long the start, and the first request to a service, wait for the registry: 1 ms to 1 min, by default 3 s. After that the
         * gateway answers 503 to what it knows nothing about, and goes on asking.
         */
        public Builder registryWait(Duration registryWait) {
            this.registryWait = checked("registryWait", registryWait, Duration.ofMinutes(1));
            return this;
        }

        /** How long the head of a request or response may be: 1 KiB to 1 MiB, by default 16 KiB. */
        public Builder maxHeaderBytes(int maxHeaderBytes) {
            if (maxHeaderBytes < 1024 || maxHeaderBytes > 1 << 20) {
                throw new IllegalArgumentException(
                        "maxHeaderBytes: " + maxHeaderBytes + " (expected: 1024 to " + (1 << 20) + ")");
            }
            this.maxHeaderBytes = maxHeaderBytes;
            return this;
        }

        /** How long the body of a request may be, gRPC's streams excepted: 0 or more, by default 1 GiB. */
        public Builder maxBodyBytes(long maxBodyBytes) {
            if (maxBodyBytes < 0) {
                throw new IllegalArgumentException("maxBodyBytes: " + maxBodyBytes + " (expected: 0 or more)");
            }
            this.maxBodyBytes = maxBodyBytes;
            return this;
        }

        /**
         * Whether to believe what requests say about their way here ({@code Forwarded}, {@code X-Forwarded-*}): only behind another proxy.
         * By default not, and then instances see this hop alone.
         */
        public Builder trustForwarded(boolean trustForwarded) {
            this.trustForwarded = trustForwarded;
            return this;
        }

        /** Where in the store the rules are; by default {@code gateway/rules}. While nothing is there, requests go by service name. */
        public Builder rulesKey(String rulesKey) {
            this.rulesKey = ConfigEntry.requireKey(rulesKey);
            return this;
        }

        /**
         * Who is told, in one line each, when rules come into force and when they are refused; by default the log. Called on a thread of
         * the client, one call at a time.
         */
        public Builder rulesListener(Consumer<String> rulesListener) {
            this.rulesListener = requireNonNull(rulesListener, "rulesListener");
            return this;
        }

        /**
         * Where the access log goes, line by line, on a thread of its own; by default to the logger {@code
         * dev.rollcall.gateway.access} at level info.
         */
        public Builder accessLog(Consumer<String> accessLog) {
            this.accessLog = Optional.of(requireNonNull(accessLog, "accessLog"));
            return this;
        }

        /**
         * Starts listening. Waits for the registry's first answer for a while, and starts without it.
         *
         * @throws IOException if the address or the TLS files can't be used; the message says which and why
         * @throws InterruptedException if interrupted while starting; nothing is left running
         */
        public Gateway start() throws IOException, InterruptedException {
            Settings settings = new Settings(
                    listen,
                    metrics,
                    eventLoops,
                    tls,
                    upstreamCertificates,
                    new Policy(tryTimeout, attempts, Balancing.DEFAULT),
                    connectTimeout,
                    idleTimeout,
                    headTimeout,
                    registryWait,
                    maxHeaderBytes,
                    maxBodyBytes,
                    trustForwarded,
                    rulesKey,
                    rulesListener,
                    accessLog);
            return Gateway.start(rollcall, settings);
        }

        private static Duration checked(String name, Duration time, Duration most) {
            if (time.compareTo(Duration.ofMillis(1)) < 0 || time.compareTo(most) > 0) {
                throw new IllegalArgumentException(name + ": " + time + " (expected: 1 ms to " + most + ")");
            }
            return time;
        }
    }

    private static void logRules(String news) {
        LOG.info("{}", news);
    }

    private static Gateway start(Rollcall rollcall, Settings settings) throws IOException, InterruptedException {
        Services services = new Services(rollcall, System::nanoTime);
        try {
            services.awaitKnown(settings.registryWait());
        } catch (StoreException e) {
            // Requests are told until it is there.
        }
        LiveRoutes routes = new LiveRoutes(rollcall, settings.rulesKey(), settings.policy(), settings.rulesListener());
        AccessLog accessLog = settings.accessLog().map(AccessLog::to).orElseGet(AccessLog::toLogger);
        Shared shared = new Shared(services, routes, new TrafficCounters(), new GatewayMetrics(), accessLog);
        Vertx vertx = EventLoops.vertx(settings, shared);
        try {
            List<Worker> workers = EventLoops.deploy(vertx, settings, shared, STARTING);
            vertx.setPeriodic(SWEEP.toMillis(), id -> sweep(shared));
            Optional<InetSocketAddress> metrics =
                    MetricsServer.start(vertx, settings.metrics(), () -> metrics(shared), STARTING);
            int port = workers.get(0).port();
            return new Gateway(
                    vertx,
                    workers,
                    shared,
                    new InetSocketAddress(settings.listen().getAddress(), port),
                    metrics);
        } catch (IOException | InterruptedException | RuntimeException e) {
            vertx.close();
            close(shared);
            throw e;
        }
    }

    private static String metrics(Shared shared) {
        return shared.metrics()
                .text(
                        shared.counters().traffic(),
                        shared.accessLog().dropped(),
                        shared.routes().isCurrent());
    }

    private static void sweep(Shared shared) {
        Routes routes = shared.routes().known();
        if (routes != null) {
            shared.services().sweep(shared.counters(), routes.balancings());
        }
    }
}
