package dev.rollcall;

import static java.util.Objects.requireNonNull;

import dev.rollcall.config.Config;
import dev.rollcall.coordination.DistributedLock;
import dev.rollcall.coordination.LeaderElection;
import dev.rollcall.health.HealthCheck;
import dev.rollcall.internal.Client;
import dev.rollcall.internal.Text;
import dev.rollcall.spi.BackendProvider;
import dev.rollcall.spi.Backoff;
import dev.rollcall.spi.EventLoop;
import dev.rollcall.spi.StoreUri;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A client of one registry: registers instances, discovers services, follows configuration. One a process is enough; it is safe for use by many
 * threads, and its own threads, connections and leases don't grow with the number of services, registrations or listeners.
 *
 * <pre>{@code
 * try (Rollcall rollcall = Rollcall.connect("etcd://10.0.0.1:2379,10.0.0.2:2379/?ttl=10s")) {
 *     Registration me = rollcall.register(Instance.of("orders", "http://10.0.0.5:8080"));
 *     ServiceView users = rollcall.discover("users");
 *     users.awaitKnown(Duration.ofSeconds(5));
 * }
 * }</pre>
 */
public interface Rollcall extends AutoCloseable {

    /**
     * A client with default options; see {@link #builder}. Returns at once, also while the store is down.
     *
     * @param uri the registry: {@code etcd://host:2379,host:2379}, {@code zookeeper://host:2181,host:2181/chroot},
     *     {@code embedded:}, {@code embedded:/some/dir} or {@code memory:}, for which the backend must be on the class path
     * @throws IllegalArgumentException if the text is malformed or no backend on the class path knows its scheme; the message
     *     says what was expected
     */
    static Rollcall connect(String uri) {
        return builder(uri).connect();
    }

    /** A client's options, all of which have defaults. */
    static Builder builder(String uri) {
        return new Builder(StoreUri.parse(uri));
    }

    /**
     * Registers an instance and keeps it registered until the handle, or this client, is closed. Returns at once: the handle
     * tells when the store has it ({@link Registration#awaitRegistered}), and goes on trying for ever where the store is away.
     *
     * <p>An earlier registration of this id by this client that still {@linkplain Registration#drain drains} is removed at once, whatever is
     * left of its grace, and this one takes its place after that.
     *
     * @throws IllegalStateException if this client is closed, or already has an open registration of this service and id
     */
    Registration register(Instance instance);

    /**
     * Registers an instance that consumers choose only while it passes a health check; otherwise it stands in the store as
     * {@link Status#OUT_OF_SERVICE}, at first until the check has passed once. See {@link Registration#health}.
     *
     * @throws IllegalStateException as {@link #register(Instance)}
     */
    Registration register(Instance instance, HealthCheck check);

    /**
     * A live view of a service, also of one that doesn't exist yet. Close it when it is no longer needed; views of the same service
     * share one watch.
     *
     * @throws IllegalArgumentException if the name can't be a service's
     */
    ServiceView discover(String service);

    /** The live set of the names of all services with at least one instance, in ascending order. */
    Live<SortedSet<String>> services();

    /**
     * Configuration in the same store.
     *
     * @throws IllegalArgumentException if the URI puts configuration where the services are
     * @throws IllegalStateException if this client is closed
     */
    Config config();

    /**
     * An election in the same store, in which all that name it take part.
     *
     * @param name names joined by {@code /}, such as {@code jobs/nightly}: up to 200 visible characters without {@code :}
     * @throws IllegalArgumentException if that can't be a name
     * @throws IllegalStateException if this client is closed
     * @throws UnsupportedOperationException if the registry's backend has no elections
     */
    LeaderElection election(String name);

    /**
     * A lock in the same store, which all that name it share. Locks and elections of the same name have nothing to do with each other.
     *
     * @param name as for {@link #election}
     * @throws IllegalArgumentException if that can't be a name
     * @throws IllegalStateException if this client is closed
     * @throws UnsupportedOperationException if the registry's backend has no locks
     */
    DistributedLock lock(String name);

    /**
     * What operators ask of single instances.
     *
     * @throws IllegalArgumentException if the URI puts configuration where the services are
     * @throws IllegalStateException if this client is closed
     */
    Overrides overrides();

    /**
     * Closes every view and live value, removes every registration and disconnects. Idempotent. Waits up to the request timeout; what
     * could not be removed by then goes at the end of its lease.
     */
    @Override
    void close();

    /** As {@link #close()}, without waiting: completes when everything is freed, at the latest after the request timeout. */
    CompletableFuture<Void> closeAsync();

    /** Options of a {@link Rollcall}. Not safe for use by many threads. */
    final class Builder {
        private final StoreUri uri;
        private String name = "rollcall";
        private Duration ttl = Duration.ofSeconds(10);
        private Duration requestTimeout = Duration.ofSeconds(3);
        private Backoff backoff = Backoff.defaults();
        private LossProtection lossProtection = LossProtection.defaults();
        private boolean closeOnShutdown = true;
        private boolean followOverrides = true;
        private @Nullable Path snapshotDirectory;
        private @Nullable Executor listenerExecutor;
        private @Nullable Executor checkExecutor;
        private @Nullable EventLoop eventLoop;
        private @Nullable RandomGenerator random;
        private @Nullable BackendProvider provider;

        private Builder(StoreUri uri) {
            this.uri = uri;
            uri.parameter("ttl").ifPresent(text -> ttl(StoreUri.duration("ttl", text)));
            uri.parameter("overrides").ifPresent(text -> followOverrides(isFollow(text)));
        }

        /** How this client is called in log lines and thread names; by default {@code rollcall}. */
        public Builder name(String name) {
            this.name = requireNonNull(name, "name");
            return this;
        }

        /**
         * How long a registration outlives its process: after a crash its instances are gone within this time. From 1 s to 1 h, by
         * default 10 s or what the URI's {@code ttl} says. The store may round it (etcd: to whole seconds; ZooKeeper: to the server's
         * limits).
         */
        public Builder ttl(Duration ttl) {
            if (ttl.compareTo(Duration.ofSeconds(1)) < 0 || ttl.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("ttl: " + ttl + " (expected: 1 s to 1 h)");
            }
            this.ttl = ttl;
            return this;
        }

        /** How long one request to the store may take, and how long {@code close()} waits: 10 ms to 1 min, by default 3 s. */
        public Builder requestTimeout(Duration requestTimeout) {
            if (requestTimeout.compareTo(Duration.ofMillis(10)) < 0
                    || requestTimeout.compareTo(Duration.ofMinutes(1)) > 0) {
                throw new IllegalArgumentException("requestTimeout: " + requestTimeout + " (expected: 10 ms to 1 min)");
            }
            this.requestTimeout = requestTimeout;
            return this;
        }

        /** How the pauses between tries grow; see {@link Backoff#defaults()}. */
        public Builder backoff(Backoff backoff) {
            this.backoff = requireNonNull(backoff, "backoff");
            return this;
        }

        /** What views do when many instances vanish at once; see {@link LossProtection#defaults()}. */
        public Builder lossProtection(LossProtection lossProtection) {
            this.lossProtection = requireNonNull(lossProtection, "lossProtection");
            return this;
        }

        /** Whether a shutdown hook closes this client, so that SIGTERM and SIGINT deregister; by default true. */
        public Builder closeOnShutdown(boolean closeOnShutdown) {
            this.closeOnShutdown = closeOnShutdown;
            return this;
        }

        /**
         * Whether registrations follow what operators ask of them ({@link Overrides}); by default true, or what the URI says with
         * {@code overrides=follow} or {@code overrides=ignore}. It costs one watch, from the first registration on. Whoever may write configuration
         * in the store can then take this client's instances out of service, for a time.
         */
        public Builder followOverrides(boolean followOverrides) {
            this.followOverrides = followOverrides;
            return this;
        }

        /**
         * Where the last value of each view is kept, so that a process that starts while the registry is down knows the instances
         * of yesterday. By default nowhere. Several processes may share the directory.
         */
        public Builder snapshotDirectory(Path snapshotDirectory) {
            this.snapshotDirectory = requireNonNull(snapshotDirectory, "snapshotDirectory");
            return this;
        }

        /**
         * Where listeners run unless they bring an executor of their own, and where futures complete. By default virtual threads where the JDK
         * has them, else up to 16 daemon threads for each of the two; a listener never has more than one call waiting or running.
         */
        public Builder listenerExecutor(Executor listenerExecutor) {
            this.listenerExecutor = requireNonNull(listenerExecutor, "listenerExecutor");
            return this;
        }

        /**
         * Where health checks run, each of which blocks its thread until it knows. By default up to 32 daemon threads, and
         * none while nothing is checked; a registration never has more than one check waiting or running.
         */
        public Builder checkExecutor(Executor checkExecutor) {
            this.checkExecutor = requireNonNull(checkExecutor, "checkExecutor");
            return this;
        }

        /** Time and serial execution, for tests in virtual time; by default a daemon thread of the client's own. */
        public Builder eventLoop(EventLoop eventLoop) {
            this.eventLoop = requireNonNull(eventLoop, "eventLoop");
            return this;
        }

        /** Where jitter comes from, for repeatable tests; by default random. Used under the event loop's serial order. */
        public Builder random(RandomGenerator random) {
            this.random = requireNonNull(random, "random");
            return this;
        }

        /** The backend to use, instead of the one on the class path that knows the URI's scheme. */
        public Builder provider(BackendProvider provider) {
            this.provider = requireNonNull(provider, "provider");
            return this;
        }

        /**
         * Opens the client. Returns at once, also while the store is down.
         *
         * @throws IllegalArgumentException if the URI doesn't suit its backend, or no backend on the class path knows its scheme
         */
        public Rollcall connect() {
            return Client.open(
                    uri,
                    provider,
                    new Client.Options(
                            name,
                            ttl,
                            requestTimeout,
                            backoff,
                            lossProtection,
                            closeOnShutdown,
                            followOverrides,
                            snapshotDirectory),
                    eventLoop,
                    random,
                    listenerExecutor,
                    checkExecutor);
        }

        private static boolean isFollow(String text) {
            return switch (text) {
                case "follow" -> true;
                case "ignore" -> false;
                default ->
                    throw new IllegalArgumentException(
                            "registry parameter overrides: " + Text.quoted(text) + " (expected: follow or ignore)");
            };
        }
    }
}
