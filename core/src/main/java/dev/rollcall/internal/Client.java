package dev.rollcall.internal;

import dev.rollcall.Instance;
import dev.rollcall.Live;
import dev.rollcall.LossProtection;
import dev.rollcall.Overrides;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.coordination.DistributedLock;
import dev.rollcall.coordination.LeaderElection;
import dev.rollcall.health.HealthCheck;
import dev.rollcall.health.IdentityCheck;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.BackendProvider;
import dev.rollcall.spi.Backoff;
import dev.rollcall.spi.EventLoop;
import dev.rollcall.spi.StoreUri;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client: which views and registrations are open, and how everything is closed. */
public final class Client implements Rollcall {
    private static final Logger log = LoggerFactory.getLogger(Client.class);

    private final StoreUri uri;
    private final Options options;
    private final EventLoop loop;
    private final boolean ownLoop;
    private final UserThreads userThreads;
    private final RandomGenerator random;
    private final Backend backend;
    private final Registrar registrar;
    private final Coordination coordination;
    private final FollowedOverrides overrides;
    private final @Nullable DiskCache disk;
    private final @Nullable Thread shutdownHook;
    private final Outcome closed = new Outcome();

    private final Object lock = new Object();
    private final Map<String, Shared<WatchedService>> views = new HashMap<>();
    private final Registrations registrations = new Registrations();
    private final Set<VerifiedService> verifiedServices = ConcurrentHashMap.newKeySet();
    private @Nullable Shared<WatchedServices> catalogue;
    private @Nullable OpenConfig config;
    private boolean closing;

    /** What a caller may choose; {@link Rollcall.Builder} documents each. */
    public record Options(
            String name,
            Duration ttl,
            Duration requestTimeout,
            Backoff backoff,
            LossProtection lossProtection,
            boolean closeOnShutdown,
            boolean followOverrides,
            @Nullable Path snapshotDirectory) {}

    public static Client open(
            StoreUri uri,
            @Nullable BackendProvider provider,
            Options options,
            @Nullable EventLoop loop,
            @Nullable RandomGenerator random,
            @Nullable Executor listenerExecutor,
            @Nullable Executor checkExecutor) {
        return new Client(
                uri, Backends.providerFor(uri, provider), options, loop, random, listenerExecutor, checkExecutor);
    }

    private Client(
            StoreUri uri,
            BackendProvider provider,
            Options options,
            @Nullable EventLoop loop,
            @Nullable RandomGenerator random,
            @Nullable Executor listenerExecutor,
            @Nullable Executor checkExecutor) {
        this.uri = uri;
        this.options = options;
        this.ownLoop = loop == null;
        this.loop = loop == null ? EventLoop.onThread(options.name() + "-loop") : loop;
        this.random = random == null ? new SplittableRandom() : random;
        BackendContext context = new BackendContext(
                options.name(), this.loop, this.random, options.backoff(), options.ttl(), options.requestTimeout());
        try {
            this.backend = provider.open(uri, context);
        } catch (RuntimeException e) {
            if (ownLoop) {
                this.loop.close();
            }
            throw e;
        }
        this.userThreads = new UserThreads(options.name(), listenerExecutor, checkExecutor);
        this.registrar = new Registrar(
                uri.identity(),
                this.loop,
                options.backoff(),
                this.random,
                new MirrorLookout(this.loop, this::discover));
        this.coordination = new Coordination(
                toString(),
                backend::claims,
                new Coordination.Tools(
                        this.loop,
                        userThreads,
                        options.backoff(),
                        this.random,
                        options.requestTimeout(),
                        options.ttl().dividedBy(Coordination.MARGINS_PER_TTL)));
        this.overrides = new FollowedOverrides(this.loop, this.random, options.followOverrides() ? this::config : null);
        this.disk = options.snapshotDirectory() == null
                ? null
                : new DiskCache(options.snapshotDirectory(), uri.identity(), this.loop, options.name());
        this.shutdownHook = options.closeOnShutdown() ? new Thread(this::close, options.name() + "-shutdown") : null;
        if (shutdownHook != null) {
            addShutdownHook(shutdownHook);
        }
    }

    @Override
    public Registration register(Instance instance) {
        return register(instance, (HealthMonitor) null);
    }

    @Override
    public Registration register(Instance instance, HealthCheck check) {
        String checked = instance.service() + "/" + instance.id();
        return register(instance, new HealthMonitor(check, checked, loop, userThreads.checks(), random));
    }

    private Registration register(Instance instance, @Nullable HealthMonitor health) {
        OpenRegistration registration =
                new OpenRegistration(instance, registrar, userThreads, options.requestTimeout(), health, this::closed);
        CompletableFuture<Void> free;
        synchronized (lock) {
            requireOpen();
            free = registrations.add(registration);
        }
        var unused =
                free.thenRun(() -> loop.execute(() -> overrides.join(registration, () -> registration.start(backend))));
        return registration;
    }

    private void closed(OpenRegistration registration) {
        overrides.leave(registration);
        registrations.remove(registration);
    }

    @Override
    public ServiceView discover(String service) {
        Instance.requireServiceName(service);
        Shared<WatchedService> shared;
        boolean first;
        synchronized (lock) {
            requireOpen();
            first = !views.containsKey(service);
            shared = views.computeIfAbsent(
                    service, name -> new Shared<>(new WatchedService(name, loop, options.lossProtection(), disk)));
            shared.handles++;
        }
        if (first) {
            shared.watched.start(backend);
        }
        return new ServiceHandle(
                service,
                shared.watched,
                loop,
                userThreads.listeners(),
                check -> verified(service, check),
                () -> release(service, shared));
    }

    private ServiceView verified(String service, IdentityCheck check) {
        ServiceView base = discover(service);
        WatchedService watched;
        synchronized (lock) {
            requireOpen();
            watched = Objects.requireNonNull(views.get(service)).watched;
        }
        VerifiedService verified = new VerifiedService(watched, check, loop, userThreads.checks(), random);
        verifiedServices.add(verified);
        verified.start();
        return new ServiceHandle(
                service,
                verified,
                loop,
                userThreads.listeners(),
                again -> {
                    throw new IllegalStateException("this view of " + service
                            + " is verified already (expected: verified on the view that discover returned)");
                },
                () -> {
                    verifiedServices.remove(verified);
                    verified.close();
                    base.close();
                });
    }

    @Override
    public Live<SortedSet<String>> services() {
        Shared<WatchedServices> shared;
        boolean first;
        synchronized (lock) {
            requireOpen();
            first = catalogue == null;
            shared = catalogue == null ? new Shared<>(new WatchedServices(loop)) : catalogue;
            catalogue = shared;
            shared.handles++;
        }
        if (first) {
            shared.watched.start(backend);
        }
        return new LiveHandle<>(
                "the list of services", shared.watched.reading(), userThreads.listeners(), () -> release(shared));
    }

    @Override
    public OpenConfig config() {
        synchronized (lock) {
            requireOpen();
            if (config == null) {
                config = new OpenConfig(toString(), backend.config(), loop, userThreads, options.requestTimeout());
            }
            return config;
        }
    }

    @Override
    public LeaderElection election(String name) {
        return coordination.election(name);
    }

    @Override
    public DistributedLock lock(String name) {
        return coordination.lock(name);
    }

    @Override
    public Overrides overrides() {
        return new OpenOverrides(config(), loop);
    }

    @Override
    public void close() {
        beginToClose();
        closed.awaitAtMost(options.requestTimeout().multipliedBy(3));
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        beginToClose();
        return closed;
    }

    private void beginToClose() {
        synchronized (lock) {
            if (closing) {
                return;
            }
            closing = true;
        }
        removeShutdownHook();
        CompletableFuture<Void> removed = CompletableFuture.allOf(registrations.closeAll(), coordination.closeAll());
        Outcome removedOrLate = new Outcome();
        EventLoop.Timer late = loop.schedule(options.requestTimeout(), removedOrLate::succeed);
        var unusedInTime = removed.whenComplete((nothing, failure) -> removedOrLate.succeed());
        var unusedAfter = removedOrLate.thenRun(() -> {
            late.close();
            loop.execute(this::closeViewsAndBackend);
        });
    }

    private void closeViewsAndBackend() {
        verifiedServices.forEach(VerifiedService::close);
        synchronized (lock) {
            views.values().forEach(shared -> shared.watched.close());
            views.clear();
            if (catalogue != null) {
                catalogue.watched.close();
            }
        }
        overrides.close();
        OpenConfig openConfig = openConfig();
        if (openConfig != null) {
            openConfig.close();
        }
        coordination.closeWatches();
        if (disk != null) {
            disk.close();
        }
        if (ownLoop) {
            // Closing a backend may wait for its store, which the loop must not.
            Thread closer = new Thread(this::closeBackend, options.name() + "-close");
            closer.setDaemon(true);
            closer.start();
        } else {
            closeBackend();
        }
    }

    private void closeBackend() {
        try {
            backend.close();
            if (disk != null) {
                disk.awaitClosed();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("{} did not close in order", uri, e);
        } finally {
            loop.execute(() -> {
                OpenConfig openConfig = openConfig();
                if (openConfig != null) {
                    openConfig.abandon();
                }
                coordination.abandon();
                userThreads.close();
                if (ownLoop) {
                    loop.close();
                }
                closed.succeed();
            });
        }
    }

    private @Nullable OpenConfig openConfig() {
        synchronized (lock) {
            return config;
        }
    }

    private void release(String service, Shared<WatchedService> shared) {
        synchronized (lock) {
            if (--shared.handles > 0 || !views.remove(service, shared)) {
                return;
            }
        }
        shared.watched.close();
    }

    private void release(Shared<WatchedServices> shared) {
        synchronized (lock) {
            if (--shared.handles > 0 || catalogue != shared) {
                return;
            }
            catalogue = null;
        }
        shared.watched.close();
    }

    private void requireOpen() {
        if (closing) {
            throw new IllegalStateException(options.name() + " of " + uri + " is closed");
        }
    }

    private static void addShutdownHook(Thread hook) {
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) {
            log.debug("opened while the JVM shuts down", e);
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

    /** For log lines. */
    @Override
    public String toString() {
        return options.name() + " of " + uri;
    }
}
