package dev.rollcall.internal;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Instance;
import dev.rollcall.InstanceOverride;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.StoreException;
import dev.rollcall.Subscription;
import dev.rollcall.health.HealthReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a registration tells whoever asks or listens. What is to be told is set on the event loop. */
abstract class ObservedRegistration implements Registration {
    final String name;
    final AtomicReference<Wanted> wanted;
    final Observed<RegistrationState> state;
    final Observed<Optional<InstanceOverride>> override = new Observed<>(Optional.empty());
    final @Nullable HealthMonitor health;
    private final UserThreads userThreads;

    ObservedRegistration(Instance instance, @Nullable HealthMonitor health, UserThreads userThreads, Instant now) {
        this.name = instance.service() + "/" + instance.id();
        this.wanted = new AtomicReference<>(Wanted.first(instance, health != null));
        this.state = new Observed<>(new RegistrationState(Phase.REGISTERING, now, null));
        this.health = health;
        this.userThreads = userThreads;
    }

    final Wanted wanted() {
        return requireNonNull(wanted.get());
    }

    /** Whether it is draining or closed, or about to be. */
    final boolean leaving() {
        return wanted().leaving();
    }

    @Override
    public final Instance instance() {
        return wanted().instance();
    }

    @Override
    public final RegistrationState state() {
        return state.value();
    }

    @Override
    public final Subscription listen(Consumer<? super RegistrationState> listener) {
        return listen(userThreads.listeners(), listener);
    }

    @Override
    public final Subscription listen(Executor executor, Consumer<? super RegistrationState> listener) {
        return state.listen(executor, listener);
    }

    @Override
    public final Optional<HealthReport> health() {
        return health == null ? Optional.empty() : Optional.of(health.report().value());
    }

    @Override
    public final Subscription listenHealth(Consumer<? super HealthReport> listener) {
        return health == null ? () -> {} : health.report().listen(userThreads.listeners(), listener);
    }

    @Override
    public final Optional<InstanceOverride> override() {
        return override.value();
    }

    @Override
    public final Subscription listenOverride(Consumer<? super Optional<InstanceOverride>> listener) {
        return override.listen(userThreads.listeners(), listener);
    }

    @Override
    public final void awaitRegistered(Duration atMost) throws InterruptedException {
        boolean settled =
                state.await(now -> now.phase() != Phase.REGISTERING && now.phase() != Phase.DISPLACED, atMost);
        RegistrationState now = state.value();
        if (!settled) {
            throw Observed.late(name + " is not registered", atMost, now.cause());
        }
        if (now.phase() == Phase.CLOSED) {
            throw new StoreException(StoreException.Kind.CLOSED, name + " was closed");
        }
    }
}
