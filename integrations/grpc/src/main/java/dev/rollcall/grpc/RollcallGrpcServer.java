package dev.rollcall.grpc;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.health.Identity;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gRPC server that is registered as long as it runs: registered when it has started, out of service while its health
 * service says so, and on shutdown drained, deregistered and only then shut down. Its health service also says who it is
 * ({@link Identity#healthServiceName}). Safe for use by many threads.
 *
 * <pre>{@code
 * RollcallGrpcServer server = RollcallGrpcServer.builder(
 *                 rollcall, Instance.of("orders", "grpc://10.0.0.5:0"), ServerBuilder.forPort(9090))
 *         .start();
 * server.health().setStatus("", ServingStatus.NOT_SERVING); // registered, but called no more
 * server.close();
 * }</pre>
 */
public final class RollcallGrpcServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RollcallGrpcServer.class);
    /** Beyond the grace period, for the removal to reach the store. */
    private static final Duration REMOVAL_LIMIT = Duration.ofSeconds(5);

    private final Server server;
    private final Registration registration;
    private final HealthStatusManager health;
    private final HealthFollower follower;
    private final Duration drainFor;
    private final Duration terminateWithin;
    private final @Nullable Thread shutdownHook;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private RollcallGrpcServer(Builder options, Server server, Registration registration, HealthFollower follower) {
        this.server = server;
        this.registration = registration;
        this.health = options.health;
        this.follower = follower;
        this.drainFor = options.drainFor;
        this.terminateWithin = options.terminateWithin;
        this.shutdownHook = options.closeOnShutdown ? new Thread(this::close, "rollcall-grpc-server-shutdown") : null;
    }

    /**
     * A server's options, most of which have defaults.
     *
     * @param rollcall where to register; stays the caller's, to be closed after the server
     * @param instance what to register. An endpoint of port 0 stands for the port that the server listens on
     * @param server the server with its services, not started; a health service is added to it
     */
    public static Builder builder(Rollcall rollcall, Instance instance, ServerBuilder<?> server) {
        return new Builder(rollcall, instance, server);
    }

    /** The server. Shutting it down by itself leaves it registered; close this object instead. */
    public Server server() {
        return server;
    }

    /** The server's place in the registry, for updates of weight or metadata; its status follows the health service. */
    public Registration registration() {
        return registration;
    }

    /** Whether the server serves, for it to say. */
    public HealthStatusManager health() {
        return health;
    }

    /**
     * Leaves without failing a call: marks the instance as draining and the health service as not serving, waits for the
     * grace period, deregisters, refuses new calls and waits for those under way. Idempotent; returns when the server has
     * ended. If the thread is interrupted, calls under way are cancelled.
     */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            closed.join();
            return;
        }
        try {
            removeShutdownHook();
            follower.close();
            health.enterTerminalState();
            drain();
            terminate();
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        } finally {
            closed.complete(null);
        }
    }

    private void drain() throws InterruptedException {
        long start = System.nanoTime();
        try {
            registration.drain(drainFor).get(drainFor.plus(REMOVAL_LIMIT).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.warn(
                    "{} could not be deregistered yet; its server ends all the same, and its lease after the TTL",
                    registration.instance());
        } catch (ExecutionException | IllegalStateException e) {
            log.debug("{} was closed by itself", registration.instance(), e);
        }
        // A client that closes with the JVM deregisters at once; consumers need the time to notice all the same.
        TimeUnit.NANOSECONDS.sleep(drainFor.toNanos() - (System.nanoTime() - start));
    }

    private void terminate() throws InterruptedException {
        server.shutdown();
        if (!server.awaitTermination(terminateWithin.toMillis(), TimeUnit.MILLISECONDS)) {
            log.warn("calls to {} take longer than {} and are cancelled", registration.instance(), terminateWithin);
            server.shutdownNow();
        }
    }

    private void addShutdownHook() {
        if (shutdownHook != null) {
            Runtime.getRuntime().addShutdownHook(shutdownHook);
        }
    }

    private void removeShutdownHook() {
        try {
            if (shutdownHook != null && Thread.currentThread() != shutdownHook) {
                Runtime.getRuntime().removeShutdownHook(shutdownHook);
            }
        } catch (IllegalStateException e) {
            log.debug("closed while the JVM shuts down", e);
        }
    }

    /** Options of a {@link RollcallGrpcServer}. Not safe for use by many threads. */
    public static final class Builder {
        private static final Duration LONGEST = Duration.ofHours(1);

        private final Rollcall rollcall;
        private final Instance instance;
        private final ServerBuilder<?> server;
        private HealthStatusManager health = new HealthStatusManager();
        private String healthService = HealthStatusManager.SERVICE_NAME_ALL_SERVICES;
        private boolean addHealth = true;
        private Duration drainFor = Duration.ofSeconds(3);
        private Duration terminateWithin = Duration.ofSeconds(20);
        private boolean closeOnShutdown = true;

        private Builder(Rollcall rollcall, Instance instance, ServerBuilder<?> server) {
            this.rollcall = requireNonNull(rollcall, "rollcall");
            this.instance = requireNonNull(instance, "instance");
            this.server = requireNonNull(server, "server");
        }

        /**
         * A health service that the server has already, and which of its names to follow: {@code SERVING} is up, anything
         * else out of service. By default one is added, and the server's as a whole is followed.
         *
         * @param service a name that has a status, or empty for the server as a whole
         */
        public Builder health(HealthStatusManager health, String service) {
            this.health = requireNonNull(health, "health");
            this.healthService = requireNonNull(service, "service");
            this.addHealth = false;
            return this;
        }

        /**
         * How long the server goes on serving once it is marked as draining, for consumers to notice: zero to 1 h, by
         * default 3 s.
         */
        public Builder drainFor(Duration drainFor) {
            this.drainFor = bounded("drainFor", drainFor);
            return this;
        }

        /** How long calls under way may then take before they are cancelled: zero to 1 h, by default 20 s. */
        public Builder terminateWithin(Duration terminateWithin) {
            this.terminateWithin = bounded("terminateWithin", terminateWithin);
            return this;
        }

        /** Whether a shutdown hook closes the server, so that SIGTERM and SIGINT drain it; by default true. */
        public Builder closeOnShutdown(boolean closeOnShutdown) {
            this.closeOnShutdown = closeOnShutdown;
            return this;
        }

        /**
         * Starts the server, then registers it. Returns at once, also while the store is down; see
         * {@link Registration#awaitRegistered}.
         *
         * @throws IOException if the server can't listen
         * @throws IllegalStateException if the client is closed, or has an open registration of this service and id, or the JVM is
         *     shutting down; nothing is left of the server then
         */
        public RollcallGrpcServer start() throws IOException {
            if (addHealth) {
                server.addService(health.getHealthService());
            }
            Server started = server.build().start();
            try {
                HealthFollower follower = new HealthFollower(health, healthService);
                Instance listening = at(started.getPort()).withStatus(follower.status());
                health.setStatus(Identity.of(listening).healthServiceName(), ServingStatus.SERVING);
                return registered(started, rollcall.register(listening), follower);
            } catch (RuntimeException | Error e) {
                started.shutdownNow();
                throw e;
            }
        }

        private RollcallGrpcServer registered(Server started, Registration registration, HealthFollower follower) {
            try {
                RollcallGrpcServer registered = new RollcallGrpcServer(this, started, registration, follower);
                follower.follow(registration);
                registered.addShutdownHook();
                return registered;
            } catch (RuntimeException | Error e) {
                follower.close();
                registration.close();
                throw e;
            }
        }

        /** The instance with the server's port where it has none, in its endpoints and in an id that is the default one. */
        private Instance at(int port) {
            if (port <= 0 && instance.endpoints().stream().anyMatch(endpoint -> endpoint.port() == 0)) {
                throw new IllegalArgumentException(
                        "endpoints: " + instance.endpoints() + " (expected: ports, as this server has none)");
            }
            List<Endpoint> endpoints = instance.endpoints().stream()
                    .map(endpoint ->
                            endpoint.port() == 0 ? new Endpoint(endpoint.scheme(), endpoint.host(), port) : endpoint)
                    .toList();
            boolean defaultId = instance.id().equals(instance.endpoint().authority());
            return instance.withEndpoints(endpoints)
                    .withId(defaultId ? endpoints.get(0).authority() : instance.id());
        }

        private static Duration bounded(String what, Duration duration) {
            if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(what + ": " + duration + " (expected: zero to 1 h)");
            }
            return duration;
        }
    }
}
