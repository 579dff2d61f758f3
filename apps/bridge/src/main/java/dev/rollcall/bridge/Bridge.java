package dev.rollcall.bridge;

import static java.util.Objects.requireNonNull;

import dev.rollcall.StoreException;
import dev.rollcall.Subscription;
import dev.rollcall.bridge.BridgeState.Role;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mirrors the services of one registry to another, live, for as long as it is open. Safe for use by many threads.
 *
 * <p>Each instance of the source is registered on the target under the same id, all of them under one lease, and changed and removed as the source
 * changes. An outage of the source takes nothing away: mirrors stay as they were last known, and {@link #state} says so. When this
 * process dies, its mirrors are gone within the TTL, unless another bridge of the same name stands by: one of them is elected on the
 * target and writes.
 *
 * <p>Mirrors say in their metadata where they come from, and a bridge doesn't mirror mirrors; so two bridges may run in opposite directions. An
 * instance that is registered on the target itself is left alone: the mirror of the same id gives way.
 *
 * <p>It uses one thread of its own, and those of its clients; their number doesn't grow with that of services or instances.
 */
public final class Bridge implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Bridge.class);

    /** How often the state is made anew at the most: each time costs a look at every service. */
    private static final Duration STATE_PAUSE = Duration.ofMillis(10);

    private static final Duration SUCCESSOR_LIMIT = Duration.ofSeconds(1);
    private static final Lag NO_LAG = new Lag(0, Duration.ZERO, Duration.ZERO, Duration.ZERO);
    private static final SideState UNKNOWN = new SideState(false, 0, 0, 0, 0, null, null);

    private final BridgeOptions options;
    private final Ends ends;
    private final EventLoop loop;
    private final Leadership leadership;
    private final Published<BridgeState> state =
            new Published<>(new BridgeState(Role.CANDIDATE, UNKNOWN, UNKNOWN, 0, 0, 0, 0, 0, 0, 0, NO_LAG, List.of()));
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final Thread shutdownHook = new Thread(this::close, "rollcall-bridge-shutdown");

    // confined to the loop
    private @Nullable Mirroring mirroring;
    private Role role = Role.CANDIDATE;
    private Leadership.Standing standing = Leadership.Standing.UNKNOWN;
    private boolean stateIsDue;
    private boolean closing;
    private boolean disconnecting;

    private Bridge(BridgeOptions options, Ends ends, Leadership leadership) {
        this.options = options;
        this.ends = ends;
        this.loop = ends.loop();
        this.leadership = leadership;
    }

    /**
     * Opens a bridge. Returns at once, also while a store is down.
     *
     * @throws IllegalArgumentException if a URI doesn't suit its backend, no backend on the class path knows its scheme, or the target's store has
     *     no elections and the options want one
     */
    public static Bridge open(BridgeOptions options) {
        Leadership leadership = options.elected()
                ? new ElectedLeadership(Ends.connectForElection(options), options.name())
                : Leadership.sole();
        try {
            return open(options, Ends.connect(options, options.lossProtection()), leadership);
        } catch (RuntimeException e) {
            var unused = leadership.closeAsync();
            throw e;
        }
    }

    static Bridge open(BridgeOptions options, Ends ends, Leadership leadership) {
        Bridge bridge = new Bridge(options, ends, leadership);
        bridge.start();
        return bridge;
    }

    private void start() {
        options.ttlRemark().ifPresent(remark -> log.info("{}: {}", options, remark));
        if (options.closeOnShutdown()) {
            try {
                Runtime.getRuntime().addShutdownHook(shutdownHook);
            } catch (IllegalStateException e) {
                log.debug("opened while the JVM shuts down", e);
            }
        }
        loop.execute(() -> {
            if (!closing) {
                mirroring = new Mirroring(options, ends.source(), ends.target(), loop, this::stateChanged);
                leadership.start(loop, this::judge);
            }
        });
    }

    private void judge(Leadership.Standing now) {
        if (now != standing) {
            log.info("{}: {}", options, now);
        }
        standing = now;
        if (closing) {
            proceedToClose();
            return;
        }
        role = switch (now) {
            case UNKNOWN -> role;
            case SELF -> Role.LEADER;
            case ANOTHER, NOBODY -> Role.STANDBY;
        };
        requireNonNull(mirroring).lead(role == Role.LEADER);
        stateChanged();
    }

    private void stateChanged() {
        if (closing) {
            proceedToClose();
        }
        if (!stateIsDue) {
            stateIsDue = true;
            loop.schedule(STATE_PAUSE, this::publishState);
        }
    }

    private void publishState() {
        stateIsDue = false;
        Mirroring open = mirroring;
        if (open != null && !disconnecting) {
            state.set(open.state(role));
        }
    }

    /** The options that it was opened with. */
    public BridgeOptions options() {
        return options;
    }

    /** Where it stands; some milliseconds old at the most. Costs one volatile read. */
    public BridgeState state() {
        return state.value();
    }

    /**
     * Tells a listener where it stands, at once and then after each change; one that is slower than the changes is told the latest only.
     *
     * @param executor where the calls run, one at a time
     */
    public Subscription listen(Executor executor, Consumer<? super BridgeState> listener) {
        return state.listen(executor, listener);
    }

    /**
     * Waits until everything that is known of the source has been dealt with; see {@link BridgeState#caughtUp}.
     *
     * @throws StoreException if that wasn't so in time; the message says what is missing
     */
    public void awaitCaughtUp(Duration atMost) throws InterruptedException {
        if (!state.await(BridgeState::caughtUp, atMost)) {
            BridgeState now = state.value();
            StoreException cause = now.source().cause() != null
                    ? now.source().cause()
                    : now.target().cause();
            throw new StoreException(
                    cause == null ? StoreException.Kind.TIMEOUT : cause.kind(),
                    "not caught up within " + atMost.toMillis() + " ms: " + now.pending()
                            + " instances are on their way as " + now.role()
                            + (cause == null ? "" : "; " + cause.getMessage()),
                    cause);
        }
    }

    /**
     * Takes its mirrors off the target and disconnects; completes when that is done. Where other bridges of this name stand by, it first lets one of
     * them take the mirrors over, for up to the {@linkplain BridgeOptions.Builder#handover handover time}.
     */
    public CompletableFuture<Void> closeAsync() {
        loop.execute(this::beginToClose);
        return closed.copy();
    }

    /** As {@link #closeAsync}, and waits for it. Idempotent. */
    @Override
    public void close() {
        Duration limit = options.handover().plus(options.requestTimeout().multipliedBy(4));
        try {
            closeAsync().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.warn("{} did not close in order; what it holds goes at the end of its lease", options, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void beginToClose() {
        if (closing) {
            return;
        }
        closing = true;
        forgetShutdownHook();
        Mirroring open = mirroring;
        if (open == null
                || !leadership.isShared()
                || role != Role.LEADER
                || options.handover().isZero()) {
            disconnect();
            return;
        }
        // From now on another's are left alone: it takes the mirrors over one by one.
        open.lead(false);
        standing = Leadership.Standing.NOBODY;
        loop.schedule(options.handover(), this::disconnect);
        loop.schedule(SUCCESSOR_LIMIT, () -> {
            if (standing != Leadership.Standing.ANOTHER) {
                disconnect();
            }
        });
        var unused = leadership.resign().whenCompleteAsync((nothing, failure) -> proceedToClose(), loop);
    }

    private void proceedToClose() {
        if (standing == Leadership.Standing.ANOTHER
                && !requireNonNull(mirroring).isHeld()) {
            disconnect();
        }
    }

    private void disconnect() {
        if (disconnecting) {
            return;
        }
        disconnecting = true;
        role = Role.CLOSED;
        if (mirroring != null) {
            state.set(mirroring.state(role));
            mirroring.close();
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(leadership.closeAsync(), ends.disconnect());
        var unused = all.whenComplete((nothing, failure) -> {
            loop.close();
            closed.complete(null);
        });
    }

    private void forgetShutdownHook() {
        try {
            if (options.closeOnShutdown()) {
                Runtime.getRuntime().removeShutdownHook(shutdownHook);
            }
        } catch (IllegalStateException e) {
            log.debug("closed while the JVM shuts down", e);
        }
    }
}
