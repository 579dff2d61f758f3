package dev.rollcall.consul;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.consul.LockedKey.Holder;
import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.PublicationListener;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One node of an upstream for APISIX: a key that the client's session locks, so that it goes when the process dies. It is looked at three times in a TTL, and put back if it has
 * gone or was overwritten. Calls may come from any thread; the state is the serial thread's.
 *
 * <p>Design note. The key names the first endpoint, so an instance that moves has another key; the one before is removed once the new one is there. Whose a key is
 * shows in its session and, among keys of one client, in its flags, which number the publications. A write that went unanswered may be carried out at any
 * time later, so after a removal the keys are looked for again a few times.
 */
final class UpstreamPublication implements Publication {
    private static final int TTL_PARTS = 3;
    private static final int LOOKS_AFTER_REMOVAL = 6;

    /** What publications need, the same for all of them. */
    record Store(
            Requests requests,
            Heartbeats heartbeats,
            SessionKeeper sessions,
            UpstreamJson json,
            Failures failures,
            BackendThread serial,
            Duration ttl,
            AtomicLong numbers) {}

    private final Store store;
    private final String folder;
    private final PublicationListener listener;
    private final LockedKey keys;
    private final Duration period;
    private final Heartbeats.Beat beat = new Heartbeats.Beat(this::look);
    private final Consumer<StoreException> onSessionLoss = this::sessionLost;

    /** Every key that may hold an entry of this publication. */
    private final Set<String> touched = new LinkedHashSet<>();

    private String key = "";
    private long revision;
    private State state = State.ABSENT;
    private boolean writing;
    private boolean unanswered;
    private boolean silent;
    private int looks;

    private enum State {
        ABSENT,
        PRESENT,
        DISPLACED
    }

    /** @param folder what its keys begin with, with its last slash */
    UpstreamPublication(Store store, String folder, PublicationListener listener) {
        this.store = store;
        this.folder = folder;
        this.listener = listener;
        keys = new LockedKey(store.requests, store.failures, store.numbers.incrementAndGet());
        period = store.ttl.dividedBy(TTL_PARTS);
    }

    @Override
    public CompletionStage<Void> put(Instance instance) {
        return run(stage -> put(instance, stage));
    }

    /** The key is looked at first, as a write that follows an unanswered one takes whatever is there. */
    @Override
    public CompletionStage<Void> farewell(Instance leaving) {
        return run(stage -> farewell(leaving, stage));
    }

    private void farewell(Instance leaving, CompletableFuture<Void> stage) {
        if (key.isEmpty()) {
            stage.complete(null);
            return;
        }
        keys.look(
                key,
                holder -> {
                    if (isOurs(holder)) {
                        put(leaving, stage);
                    } else {
                        stage.complete(null);
                    }
                },
                stage::completeExceptionally);
    }

    @Override
    public CompletionStage<Void> remove() {
        return run(this::remove);
    }

    private CompletionStage<Void> run(Consumer<CompletableFuture<Void>> task) {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        if (!store.serial.offer(() -> task.accept(stage))) {
            stage.completeExceptionally(store.failures.closed());
        }
        return stage;
    }

    private void put(Instance instance, CompletableFuture<Void> stage) {
        String target;
        try {
            target = folder + UpstreamJson.address(instance);
        } catch (IllegalArgumentException e) {
            stage.completeExceptionally(new StoreException(Kind.REJECTED, folder + ": " + e.getMessage(), e));
            return;
        }
        writing = true;
        store.sessions.addLoser(onSessionLoss);
        store.sessions.obtain(session -> write(session, target, store.json.write(instance), stage), cause -> {
            writing = false;
            stage.completeExceptionally(cause);
        });
    }

    private void write(String session, String target, byte[] value, CompletableFuture<Void> stage) {
        boolean take = state != State.PRESENT || !target.equals(key) || unanswered;
        touched.add(target);
        keys.write(
                target,
                value,
                session,
                take,
                written -> {
                    writing = false;
                    if (!silent && store.sessions.isCurrent(session)) {
                        key = target;
                        revision = written;
                        state = State.PRESENT;
                        store.heartbeats.schedule(beat, period);
                        removeOthers();
                    }
                    stage.complete(null);
                },
                (cause, maybeDone) -> {
                    writing = false;
                    unanswered |= maybeDone;
                    stage.completeExceptionally(cause);
                    if (cause.kind() == Kind.LEASE_LOST) {
                        store.sessions.ended(session, cause);
                    }
                    if (!silent && state != State.ABSENT) {
                        store.heartbeats.schedule(beat, Duration.ZERO);
                    }
                });
    }

    private void removeOthers() {
        for (String other : List.copyOf(touched)) {
            if (!other.equals(key)) {
                removeKey(other, () -> {}, cause -> {}); // the next look tries again
            }
        }
    }

    /** Finds out what has become of the key. */
    private void look() {
        if (silent || state == State.ABSENT) {
            return;
        }
        store.heartbeats.schedule(beat, period);
        if (writing) {
            return;
        }
        removeOthers();
        long known = revision;
        keys.look(
                key,
                holder -> {
                    if (!silent && !writing && known == revision && state != State.ABSENT) {
                        judge(holder);
                    }
                },
                cause -> {}); // the session's end is the end, not one question without an answer
    }

    private void judge(Holder holder) {
        if (holder.revision() == 0) {
            lost("it was deleted");
        } else if (isOurs(holder)) {
            if (holder.revision() != revision || state != State.PRESENT) {
                lost("somebody has overwritten it");
            }
        } else if (holder.session().isEmpty() || (store.sessions.isCurrent(holder.session()) && holder.flags() == 0)) {
            lost("somebody has overwritten it");
        } else if (state == State.PRESENT) {
            state = State.DISPLACED;
            listener.displaced(new StoreException(
                    Kind.DISPLACED, key + ": another process has registered an instance with this address"));
        }
    }

    private boolean isOurs(Holder holder) {
        return store.sessions.isCurrent(holder.session()) && holder.flags() == keys.flags();
    }

    private void lost(String why) {
        state = State.ABSENT;
        store.heartbeats.cancel(beat);
        listener.lost(new StoreException(Kind.DELETED, key + ": " + why));
    }

    private void sessionLost(StoreException cause) {
        if (!silent && state == State.PRESENT) {
            state = State.ABSENT;
            store.heartbeats.cancel(beat);
            listener.lost(cause);
        }
    }

    private void remove(CompletableFuture<Void> stage) {
        silent = true;
        state = State.ABSENT;
        store.heartbeats.cancel(beat);
        removeAll(
                () -> {
                    stage.complete(null);
                    looks = unanswered ? LOOKS_AFTER_REMOVAL : 0;
                    lookForRemains();
                },
                stage::completeExceptionally);
    }

    private void removeAll(Runnable done, Consumer<StoreException> onFailure) {
        List<String> all = List.copyOf(touched);
        int[] left = {all.size()};
        if (all.isEmpty()) {
            done.run();
        }
        for (String each : all) {
            removeKey(
                    each,
                    () -> {
                        if (--left[0] == 0) {
                            done.run();
                        }
                    },
                    onFailure);
        }
    }

    /** Removes a key if it is ours. */
    private void removeKey(String target, Runnable done, Consumer<StoreException> onFailure) {
        keys.look(
                target,
                holder -> {
                    if (!isOurs(holder)) {
                        forget(target);
                        done.run();
                        return;
                    }
                    keys.delete(
                            target,
                            holder.revision(),
                            deleted -> {
                                if (deleted) {
                                    forget(target);
                                    done.run();
                                } else {
                                    onFailure.accept(new StoreException(
                                            Kind.CONFLICT, target + ": was written while it was to be removed"));
                                }
                            },
                            (cause, maybeDone) -> onFailure.accept(cause));
                },
                onFailure);
    }

    /** Unless a write that went unanswered may yet bring it back. */
    private void forget(String target) {
        if (!unanswered && !target.equals(key)) {
            touched.remove(target);
        }
    }

    private void lookForRemains() {
        if (looks-- <= 0) {
            store.sessions.removeLoser(onSessionLoss);
            return;
        }
        store.serial.schedule(period, () -> removeAll(this::lookForRemains, cause -> lookForRemains()));
    }
}
