package dev.rollcall.bridge;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.Rollcall;
import dev.rollcall.Status;
import dev.rollcall.StoreException;
import dev.rollcall.Subscription;
import dev.rollcall.bridge.MirrorTally.Standing;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One instance's way to the target. Confined to the loop.
 *
 * <p>Design note, on an id that the target has already. What the target's view shows of the id decides: an entry without this bridge's
 * mark stays, and the mirror waits until the view is rid of it; one with the mark was written by this bridge or the one before it, and is taken over. Once
 * it is ours, an instance that is registered there itself takes the id by coming later (ADR 5), and the mirror gives way.
 */
final class Mirror {
    /**
     * How long an id stays free for its owner after that has vanished from the target without a farewell. A client that lost its lease is back
     * after a pause of {@link dev.rollcall.spi.Backoff#defaults}, 5 s at the most; a mirror that came at the same moment might be later by
     * chance, and displace it.
     */
    private static final Duration HOLD_OFF = Duration.ofSeconds(6);

    private static final Duration TAKE_BACK_PAUSE = Duration.ofSeconds(1);

    private final String service;
    private final String id;
    private final Context context;
    private Optional<Instance> wanted = Optional.empty();
    private Optional<Instance> onTarget = Optional.empty();
    private boolean targetFresh;
    private Optional<Long> freeFromNanos = Optional.empty();
    private Optional<Long> changedNanos = Optional.empty();
    private Standing standing = Standing.WAITING;
    private @Nullable Registration registration;
    private @Nullable Subscription subscription;
    private @Nullable Instance sent;
    private boolean updating;
    private boolean registered;
    private boolean contested;

    /**
     * What mirrors need, the same for all of them.
     *
     * @param leads whether this bridge is the one that writes
     */
    record Context(Rollcall target, EventLoop loop, MirrorMark mark, MirrorTally tally, BooleanSupplier leads) {}

    Mirror(String service, String id, Context context) {
        this.service = service;
        this.id = id;
        this.context = context;
        context.tally.came(standing);
    }

    /** Sets what is to be on the target. */
    void want(Instance onSource) {
        changedNanos = Optional.of(context.loop.nanoTime());
        try {
            wanted = Optional.of(context.mark.mark(onSource, service));
        } catch (IllegalArgumentException e) {
            wanted = Optional.empty();
            release();
            prevented(Problem.Kind.FAILED, "can't be marked as a mirror, so it isn't mirrored: " + e.getMessage());
        }
    }

    /** Tells what the target's view shows of this id. */
    void seen(Optional<Instance> now, boolean fresh) {
        boolean vanished = now.isEmpty()
                && onTarget.filter(before -> !context.mark.isOurs(before) && before.status() == Status.UP)
                        .isPresent();
        if (vanished) {
            holdOff();
        }
        onTarget = now;
        targetFresh = fresh;
    }

    private void holdOff() {
        freeFromNanos = Optional.of(context.loop.nanoTime() + HOLD_OFF.toNanos());
        context.loop.schedule(HOLD_OFF, this::act);
    }

    private boolean isHeldOff() {
        if (freeFromNanos.filter(from -> context.loop.nanoTime() - from >= 0).isPresent()) {
            freeFromNanos = Optional.empty();
        }
        return freeFromNanos.isPresent();
    }

    /** Does what is to be done next. */
    void act() {
        if (wanted.isEmpty()) {
            return;
        }
        Instance instance = wanted.get();
        Registration open = registration;
        if (!context.leads.getAsBoolean()) {
            standBy(open);
        } else if (open != null) {
            if (isAnothersVisible()) {
                judge(open, open.state());
            } else {
                update(open, instance);
            }
        } else if (!targetFresh) {
            stand(Standing.WAITING);
        } else if (onTarget.filter(there -> !context.mark.isOurs(there)).isPresent()) {
            yieldToOther();
        } else if (isHeldOff()) {
            stand(Standing.WAITING);
        } else {
            register(instance);
        }
    }

    /** What this one holds it keeps until the next leader has taken it over; see {@link Leadership}. */
    private void standBy(@Nullable Registration open) {
        if (open != null && open.state().phase() != Phase.REGISTERED) {
            release(); // it would be written again, over the next leader's
        }
        stand(Standing.STANDBY);
    }

    private boolean isAnothersVisible() {
        return targetFresh
                && onTarget.filter(there -> !context.mark.isOurs(there)).isPresent();
    }

    private void yieldToOther() {
        prevented(
                Problem.Kind.YIELDED,
                "the target has one of this id already, "
                        + onTarget.map(MirrorMark::owner).orElse("another's")
                        + "; that one stays, and is mirrored again when it leaves");
    }

    private void register(Instance instance) {
        stand(Standing.WRITING);
        sent = instance;
        updating = false;
        registered = false;
        contested = false;
        Registration open = context.target.register(instance);
        registration = open;
        context.tally.held(1);
        subscription = open.listen(context.loop, state -> {
            if (isOpen(open)) {
                judge(open, state);
            }
        });
    }

    private void update(Registration open, Instance instance) {
        if (!instance.equals(sent)) {
            sent = instance;
            updating = true;
            var unused = open.update(now -> instance)
                    .thenRunAsync(
                            () -> {
                                if (isOpen(open) && instance.equals(sent)) {
                                    updating = false;
                                    judge(open, open.state());
                                }
                            },
                            context.loop);
        }
        judge(open, open.state());
    }

    private boolean isOpen(Registration asked) {
        Registration open = registration;
        return open != null && open.equals(asked);
    }

    private void judge(Registration open, RegistrationState state) {
        StoreException cause = state.cause();
        if (!context.leads.getAsBoolean()) {
            standBy(open);
        } else if (isAnothersVisible()) {
            giveWay(open, state);
        } else if (cause != null && isRefusal(cause)) {
            prevented(Problem.Kind.FAILED, cause.getMessage() + "; tried again for ever");
        } else if (state.phase() == Phase.REGISTERED && cause == null && !updating) {
            registered = true;
            mirrored();
        } else if (registered && state.phase() == Phase.REGISTERING) {
            // Lost with its lease, say. While it was away the id may have been taken, so it doesn't just come back.
            release();
            act();
        } else {
            stand(Standing.WRITING);
            if (state.phase() == Phase.DISPLACED) {
                context.loop.schedule(TAKE_BACK_PAUSE, () -> takeBack(open));
            }
        }
    }

    /** Another's is visible where ours is registered. Closing ours before it is told so could write its farewell over the other's where the store can't compare. */
    private void giveWay(Registration open, RegistrationState state) {
        if (state.phase() == Phase.DISPLACED) {
            release();
            yieldToOther();
            return;
        }
        stand(Standing.WRITING);
        boolean itself = onTarget.filter(there -> !MirrorMark.isMirror(there)).isPresent();
        if (itself && !contested) {
            contested = true;
            context.loop.schedule(HOLD_OFF, () -> settle(open));
        }
    }

    /** The two were written at the same moment. If ours was later the other is displaced, and comes back when ours is gone. */
    private void settle(Registration open) {
        if (isOpen(open) && open.state().phase() == Phase.REGISTERED && context.leads.getAsBoolean()) {
            contested = false;
            if (isAnothersVisible()) {
                judge(open, open.state());
            } else {
                release();
                holdOff();
                act();
            }
        }
    }

    /**
     * A bridge that led before this one has written late, and keeps what it holds until somebody takes it. So does one that still believes to lead, which
     * is why this isn't done at once.
     */
    private void takeBack(Registration open) {
        if (isOpen(open)
                && open.state().phase() == Phase.DISPLACED
                && context.leads.getAsBoolean()
                && !isAnothersVisible()) {
            release();
            act();
        }
    }

    /** What the target's outages and lost leases do to all mirrors is not each one's problem. */
    private static boolean isRefusal(StoreException cause) {
        return cause.kind() == StoreException.Kind.DENIED || cause.kind() == StoreException.Kind.REJECTED;
    }

    private void mirrored() {
        changedNanos.ifPresent(since -> context.tally.stored(context.loop.nanoTime() - since));
        changedNanos = Optional.empty();
        stand(Standing.MIRRORED);
    }

    /** Ends this mirror: takes it off the target, if it is there and ours. */
    void end() {
        wanted = Optional.empty();
        release();
        stand(Standing.WAITING);
        context.tally.left(standing);
    }

    private void release() {
        Registration open = registration;
        Subscription listening = subscription;
        registration = null;
        subscription = null;
        sent = null;
        if (listening != null) {
            listening.close();
        }
        if (open != null) {
            context.tally.removing(1);
            var unused = open.closeAsync().thenRunAsync(() -> context.tally.removing(-1), context.loop);
            context.tally.held(-1);
        }
    }

    private void prevented(Problem.Kind kind, String text) {
        stand(Standing.PREVENTED);
        context.tally.problem(key(), Optional.of(new Problem(service, id, kind, text)));
    }

    private void stand(Standing now) {
        if (standing == now) {
            return;
        }
        if (standing == Standing.PREVENTED) {
            context.tally.problem(key(), Optional.empty());
        }
        context.tally.left(standing);
        context.tally.came(now);
        standing = now;
    }

    private String key() {
        return service + '/' + id;
    }
}
