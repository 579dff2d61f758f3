package dev.rollcall.internal;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Instance;
import dev.rollcall.InstanceOverride;
import dev.rollcall.RegistrationState;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.StoreException;
import dev.rollcall.Subscription;
import dev.rollcall.WeightReport;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.EventLoop;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.PublicationListener;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one registration. What the caller wants is in {@link #wanted}, set by any thread; everything below it is confined to the event loop and
 * works towards that, one store operation at a time: {@link Registrar} asks for the {@link #begin next} one and says how it went.
 */
final class OpenRegistration extends ObservedRegistration implements PublicationListener {
    private static final Logger log = LoggerFactory.getLogger(OpenRegistration.class);

    private static final Duration SHORT_LIFE = Duration.ofSeconds(1);

    private final Registrar registrar;
    private final EventLoop loop;
    private final UserThreads userThreads;
    private final Duration requestTimeout;
    private final Consumer<OpenRegistration> onClosed;
    private final Outcome closed = new Outcome();

    private @Nullable Publication publication;
    private final Stored stored = new Stored();
    private Intent intent = Intent.KEEP;
    private boolean displaced;
    private int failures;
    private @Nullable Duration grace;
    private final Alarm removal;
    private final Alarm retry;

    /** What becomes of the entry. */
    private enum Intent {
        KEEP,
        /** Mark it as draining, if it is still ours, and leave it for a while. */
        DRAIN,
        /** Mark it as draining, if it is still ours, and remove it at once, so that consumers can tell this from a crash. */
        MARK_AND_REMOVE,
        REMOVE,
        NOTHING
    }

    OpenRegistration(
            Instance instance,
            Registrar registrar,
            UserThreads userThreads,
            Duration requestTimeout,
            @Nullable HealthMonitor health,
            Consumer<OpenRegistration> onClosed) {
        super(instance, health, userThreads, registrar.loop().now());
        this.registrar = registrar;
        this.loop = registrar.loop();
        this.userThreads = userThreads;
        this.requestTimeout = requestTimeout;
        this.onClosed = onClosed;
        this.removal = new Alarm(loop);
        this.retry = new Alarm(loop);
    }

    /** Begins to register. On the event loop. */
    void start(Backend backend) {
        if (intent == Intent.KEEP || intent == Intent.DRAIN) {
            Instance instance = instance();
            publication = backend.publish(instance.service(), instance.id(), this);
            registrar.submit(this);
            if (health != null && intent == Intent.KEEP) {
                health.start(new HealthMonitor.Subject(this::instance, this::judged));
            }
        }
    }

    private void judged(boolean passing) {
        wanted.updateAndGet(now -> now.judged(!passing));
        proceed();
    }

    private void stopChecks() {
        if (health != null) {
            health.stop();
        }
    }

    /** Takes what an operator asks, or null for nothing. On the event loop. Idempotent. */
    void overridden(@Nullable InstanceOverride asked) {
        InstanceOverride before = override().orElse(null);
        if (Objects.equals(asked, before)
                || wanted.updateAndGet(now -> now.overridden(asked)).leaving()) {
            return;
        }
        override.set(Optional.ofNullable(asked));
        if (asked == null) {
            log.info("{}: no operator asks for anything any more; it is published as its owner says", name);
        } else {
            log.info(
                    "{}: {} asks until {} for: {}. It is published so",
                    name,
                    asked.by().isEmpty() ? "an operator" : Text.quoted(asked.by()),
                    asked.until(),
                    asked.summary());
        }
        proceed();
    }

    @Override
    public CompletableFuture<Void> update(UnaryOperator<Instance> change) {
        while (true) {
            Wanted before = wanted();
            if (before.leaving()) {
                throw new IllegalStateException(name + " is draining or closed (expected: update before that)");
            }
            Wanted after = before.updated(requireNonNull(change.apply(before.instance()), "the changed instance"));
            if (wanted.compareAndSet(before, after)) {
                loop.execute(this::proceed);
                return userThreads.told(after.outcome());
            }
        }
    }

    @Override
    public Subscription reportWeight(WeightReport how, IntSupplier weight) {
        return WeightReporting.start(this, how, weight, loop, userThreads.listeners());
    }

    @Override
    public CompletableFuture<Void> drain(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace: " + grace + " (expected: zero or more)");
        }
        wanted.updateAndGet(Wanted::leave);
        loop.execute(() -> {
            if (intent == Intent.KEEP) {
                if (!stored.wasAttempted()) {
                    leave(Intent.REMOVE);
                    return;
                }
                intent = Intent.DRAIN;
                this.grace = grace;
                stopChecks();
                state.set(new RegistrationState(Phase.DRAINING, loop.now(), null));
                // Should the mark not reach the store, the removal isn't put off for ever.
                removeAfter(grace.plus(requestTimeout));
                marked();
                proceed();
            }
        });
        return userThreads.told(closed);
    }

    @Override
    public CompletableFuture<Void> closeAsync() {
        return userThreads.told(beginToClose());
    }

    /** As {@link #closeAsync}, but completes on the event loop. */
    Outcome beginToClose() {
        wanted.updateAndGet(Wanted::leave);
        loop.execute(() -> {
            // A write that began in between may have stored the mark already.
            boolean mark = intent == Intent.KEEP
                    && state.value().phase() == Phase.REGISTERED
                    && state.value().cause() == null
                    && !stored.has(wanted());
            leave(mark ? Intent.MARK_AND_REMOVE : Intent.REMOVE);
        });
        return closed;
    }

    @Override
    public void close() {
        beginToClose().awaitAtMost(requestTimeout);
    }

    private void leave(Intent how) {
        if (intent == Intent.NOTHING || intent == Intent.REMOVE || intent == Intent.MARK_AND_REMOVE) {
            return;
        }
        removal.stop();
        stopChecks();
        intent = how;
        if (stored.wasAttempted()) {
            proceed();
            return;
        }
        if (publication != null) {
            var unused = publication.remove(); // asks nothing of the store, as nothing was put
        }
        finish();
    }

    private void proceed() {
        if (publication != null && !stored.isOperating() && hasWork()) {
            registrar.submit(this);
        }
    }

    private boolean hasWork() {
        return switch (intent) {
            case REMOVE -> true;
            case NOTHING -> false;
            case KEEP, DRAIN, MARK_AND_REMOVE -> !displaced && !stored.has(wanted());
        };
    }

    /** Begins the next store operation; null if there is nothing to do. */
    @Nullable
    CompletionStage<Void> begin() {
        Publication entry = publication;
        if (entry == null || stored.isOperating() || !hasWork()) {
            return null;
        }
        retry.stop();
        if (intent == Intent.REMOVE) {
            stored.beginToRemove();
            return entry.remove();
        }
        Wanted now = wanted.updateAndGet(Wanted::take);
        stored.beginToWrite(now);
        return intent == Intent.KEEP ? entry.put(now.published()) : entry.farewell(now.published());
    }

    void succeeded() {
        failures = 0;
        switch (stored.succeeded(loop.nanoTime())) {
            case REMOVED -> finish();
            case WRITTEN_OR_LOST -> proceed();
            case WRITTEN -> written();
        }
    }

    private void written() {
        displaced = false;
        switch (intent) {
            case KEEP -> registered();
            case DRAIN -> marked();
            case MARK_AND_REMOVE -> intent = Intent.REMOVE;
            case REMOVE, NOTHING -> {}
        }
        proceed();
    }

    private void registered() {
        RegistrationState before = state.value();
        if (before.phase() != Phase.REGISTERED || before.cause() != null) {
            state.set(new RegistrationState(
                    Phase.REGISTERED, before.phase() == Phase.REGISTERED ? before.since() : loop.now(), null));
        }
    }

    private void marked() {
        if (grace != null && stored.has(wanted())) {
            removeAfter(grace);
        }
    }

    void failed(StoreException cause) {
        stored.failed();
        if (cause.kind() == StoreException.Kind.CLOSED) {
            finish();
            return;
        }
        if (intent == Intent.MARK_AND_REMOVE) {
            intent = Intent.REMOVE; // the mark is a courtesy
        }
        RegistrationState before = state.value();
        state.set(new RegistrationState(before.phase(), before.since(), cause));
        if (cause.concernsWholeStore()) {
            proceed();
            return;
        }
        if (failures == 0) {
            log.warn("{}: {}. Tried again with growing pauses, for ever", name, cause.getMessage());
        }
        tryAgainLater();
    }

    @Override
    public void lost(StoreException cause) {
        loop.execute(() -> {
            if (intent != Intent.KEEP) {
                return; // what was to be removed is gone
            }
            displaced = false;
            stored.lost();
            state.set(new RegistrationState(Phase.REGISTERING, loop.now(), cause));
            if (cause.kind() == StoreException.Kind.LEASE_LOST) {
                registrar.leaseLost(cause);
            } else {
                log.warn("{} is not in the store any more: {}. It is registered again", name, cause.getMessage());
            }
            // Somebody who deletes it again and again is not fought at full speed.
            boolean again = stored.isYoungerThan(SHORT_LIFE, loop.nanoTime());
            if (again && cause.kind() != StoreException.Kind.LEASE_LOST) {
                tryAgainLater();
            } else {
                proceed();
            }
        });
    }

    @Override
    public void displaced(StoreException cause) {
        loop.execute(() -> {
            if (intent == Intent.KEEP && !displaced) {
                displaced = true;
                stored.displaced();
                state.set(new RegistrationState(Phase.DISPLACED, loop.now(), cause));
                registrar.displaced(this, cause);
            }
        });
    }

    /** What has displaced it is a mirror, and gives way: writes it again, over that. On the event loop. */
    void takeBack() {
        if (intent == Intent.KEEP && displaced) {
            displaced = false;
            registrar.tookBack(this);
            log.info(
                    "{}: a bridge wrote a mirror in its place in the same moment; mirrors give way, so it is written again",
                    name);
            state.set(new RegistrationState(
                    Phase.REGISTERING, loop.now(), state.value().cause()));
            tryAgainLater(); // a bridge that wouldn't give way isn't fought at full speed
        }
    }

    private void finish() {
        intent = Intent.NOTHING;
        removal.stop();
        retry.stop();
        stopChecks();
        StoreException cause = new StoreException(StoreException.Kind.CLOSED, name + " was closed");
        stored.abandon(cause);
        wanted().outcome().fail(cause);
        state.set(new RegistrationState(Phase.CLOSED, loop.now(), null));
        closed.succeed();
        onClosed.accept(this);
    }

    private void removeAfter(Duration delay) {
        removal.set(delay, () -> leave(Intent.REMOVE));
    }

    private void tryAgainLater() {
        failures++;
        retry.set(registrar.pause(failures), this::proceed);
    }
}
