package dev.rollcall.consul;

import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.PublicationListener;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One service of the agent, with the TTL check that keeps it. Calls may come from any thread; the state is the serial thread's.
 *
 * <p>Design note. An agent's services can't be written under a condition, so whose a service is shows in its check: the check's id begins with what
 * stands for this publication, and whoever registers the service in our place takes our check away with it. The next heartbeat then finds no check,
 * and what is there in its place tells the rest: nothing, or another's.
 *
 * <p>A registration that went unanswered may be carried out at any time later. So the next one uses a new check: should the old one come
 * after it, the new check is gone, the heartbeat finds out, and the instance is put again. And after a removal that follows an
 * unanswered registration the service is looked for again a few times, and taken away if it has come back; until then
 * nobody renews it.
 */
final class ConsulPublication implements Publication {
    private static final int TTL_PARTS = 3;
    private static final int LOOKS_AFTER_REMOVAL = 6;
    private static final Duration SOON = Duration.ofMillis(300);

    /**
     * What publications need, the same for all of them.
     *
     * @param owner what this client's checks begin with
     * @param numbers tells its publications apart
     */
    record Store(
            Requests requests,
            Heartbeats heartbeats,
            Failures failures,
            BackendThread serial,
            Duration ttl,
            String owner,
            AtomicLong numbers,
            Consumer<ConsulPublication> onRemoved) {}

    private final Store store;
    private final RegistrationJson json;
    private final AgentService service;
    private final String owner;
    private final PublicationListener listener;
    private final Duration period;
    private final Heartbeats.Beat beat = new Heartbeats.Beat(this::beat);

    private State state = State.ABSENT;
    private String checkId = "";
    /** What was written last, and what the check was told last. */
    private Status status = Status.UP;

    private Status toldStatus = Status.UP;
    private long checks;
    private long writes;
    private long renewedNanos;
    private boolean certain;
    private boolean unanswered;
    private boolean attempted;
    private boolean writing;
    private boolean silent;
    private int looks;

    private enum State {
        /** Not put yet, or lost, or removed. */
        ABSENT,
        PRESENT,
        /** Another process's entry is there. */
        DISPLACED
    }

    ConsulPublication(Store store, RegistrationJson json, String serviceId, PublicationListener listener) {
        this.store = store;
        this.json = json;
        this.listener = listener;
        owner = store.owner + store.numbers.incrementAndGet() + ".";
        service = new AgentService(store.requests, store.failures, serviceId, owner);
        period = store.ttl.dividedBy(TTL_PARTS);
    }

    @Override
    public CompletionStage<Void> put(Instance instance) {
        return run(stage -> put(instance, stage));
    }

    /** An agent doesn't compare, so it is asked first. What another process registers between its answer and the write is overwritten. */
    @Override
    public CompletionStage<Void> farewell(Instance leaving) {
        return run(stage -> service.look(
                holder -> {
                    if (holder == AgentService.Holder.US) {
                        put(leaving, stage);
                    } else {
                        stage.complete(null);
                    }
                },
                stage::completeExceptionally));
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
        boolean newCheck = !certain || sinceRenewal().compareTo(store.ttl.dividedBy(2)) > 0;
        if (newCheck) {
            // a check that exists keeps its state when it is registered again, and it may be critical
            checkId = owner + ++checks;
        }
        byte[] body;
        try {
            body = json.write(instance, checkId, ++writes);
        } catch (IllegalArgumentException e) {
            stage.completeExceptionally(new StoreException(Kind.REJECTED, service + ": " + e.getMessage(), e));
            return;
        }
        boolean first = !attempted;
        attempted = true;
        writing = true;
        certain = false;
        status = instance.status();
        if (newCheck) {
            toldStatus = status;
        }
        long sentNanos = store.serial.nanoTime();
        service.register(body, new AgentService.Outcome() {
            @Override
            public void done() {
                writing = false;
                written(sentNanos, newCheck);
                stage.complete(null);
            }

            @Override
            public void failed(StoreException cause, boolean maybeDone) {
                writing = false;
                unanswered |= maybeDone;
                attempted = !first || maybeDone; // a refusal leaves nothing that would have to be removed
                stage.completeExceptionally(cause);
            }
        });
    }

    private void written(long sentNanos, boolean newCheck) {
        renewedNanos = sentNanos;
        certain = true;
        if (!silent) {
            state = State.PRESENT;
            // a check that exists keeps its state, whatever is registered
            boolean outdated = toldStatus != status;
            store.heartbeats.schedule(beat, outdated ? Duration.ZERO : unanswered && newCheck ? SOON : period);
            if (newCheck && !unanswered) {
                // an agent that restarts takes up the state that a heartbeat told it, not the one that the registration
                // did
                renew(checkId, false);
            }
        }
    }

    /** The agent is back, or there is another: renews at once. */
    void agentIsUp() {
        if (!silent && state != State.ABSENT) {
            store.heartbeats.schedule(beat, Duration.ZERO);
        }
    }

    private Duration sinceRenewal() {
        return Duration.ofNanos(store.serial.nanoTime() - renewedNanos);
    }

    private void beat() {
        if (silent || state == State.ABSENT) {
            return;
        }
        if (writing) {
            store.heartbeats.schedule(beat, period);
        } else if (state == State.DISPLACED) {
            look();
        } else {
            renew(checkId, true);
        }
    }

    private void renew(String check, boolean urgent) {
        long sentNanos = store.serial.nanoTime();
        Status told = status;
        service.renew(check, told, urgent, new AgentService.Renewal() {
            private boolean outdated() {
                return silent || state != State.PRESENT || !check.equals(checkId);
            }

            @Override
            public void renewed() {
                if (!outdated()) {
                    renewedNanos = sentNanos;
                    toldStatus = told;
                    store.heartbeats.schedule(beat, told == status ? period : Duration.ZERO);
                }
            }

            @Override
            public void unknown() {
                if (!outdated()) {
                    look();
                }
            }

            @Override
            public void failed(StoreException cause) {
                if (!outdated()) {
                    notRenewed(cause);
                }
            }
        });
    }

    private void notRenewed(StoreException cause) {
        Duration left = store.ttl.minus(sinceRenewal());
        if (left.isNegative() || left.isZero()) {
            lost(new StoreException(
                    Kind.LEASE_LOST,
                    service + ": not renewed for its whole TTL, " + store.ttl.toMillis() + " ms: " + cause.getMessage(),
                    cause));
        } else {
            store.heartbeats.schedule(beat, left.compareTo(period) < 0 ? left : period);
        }
    }

    /** Finds out what is there in our place. */
    private void look() {
        String check = checkId;
        service.look(
                holder -> {
                    if (!silent && !writing && check.equals(checkId) && state != State.ABSENT) {
                        judge(holder);
                    }
                },
                cause -> {
                    if (silent || state == State.ABSENT) {
                        return;
                    }
                    if (state == State.PRESENT) {
                        notRenewed(cause);
                    } else {
                        store.heartbeats.schedule(beat, period);
                    }
                });
    }

    private void judge(AgentService.Holder holder) {
        switch (holder) {
            case NOBODY -> deleted("the agent doesn't have it any more");
            case OTHERS_BUT_DEAD -> deleted("another process's entry was in its place and has died");
            case US -> deleted("the agent doesn't have its check any more");
            case OTHERS -> {
                if (state == State.PRESENT) {
                    state = State.DISPLACED;
                    certain = false;
                    listener.displaced(new StoreException(
                            Kind.DISPLACED, service + ": another process has registered this id at the same agent"));
                }
                store.heartbeats.schedule(beat, period);
            }
        }
    }

    private void deleted(String why) {
        lost(new StoreException(Kind.DELETED, service + ": " + why));
    }

    private void lost(StoreException cause) {
        state = State.ABSENT;
        certain = false;
        store.heartbeats.cancel(beat);
        listener.lost(cause);
    }

    private void remove(CompletableFuture<Void> stage) {
        silent = true;
        state = State.ABSENT;
        store.heartbeats.cancel(beat);
        if (!attempted) {
            removed(stage);
            return;
        }
        service.look(
                holder -> {
                    if (holder == AgentService.Holder.US) {
                        deregister(() -> removed(stage), stage::completeExceptionally);
                    } else {
                        removed(stage);
                    }
                },
                stage::completeExceptionally);
    }

    private void removed(CompletableFuture<Void> stage) {
        stage.complete(null);
        if (unanswered) {
            unanswered = false;
            looks = LOOKS_AFTER_REMOVAL;
            lookForRemains();
        } else {
            store.onRemoved.accept(this);
        }
    }

    private void deregister(Runnable done, Consumer<StoreException> onFailure) {
        service.deregister(new AgentService.Outcome() {
            @Override
            public void done() {
                done.run();
            }

            @Override
            public void failed(StoreException cause, boolean maybeDone) {
                onFailure.accept(cause);
            }
        });
    }

    private void lookForRemains() {
        if (looks-- == 0) {
            store.onRemoved.accept(this);
            return;
        }
        store.serial.schedule(
                period,
                () -> service.look(
                        holder -> {
                            if (holder == AgentService.Holder.US) {
                                deregister(this::lookForRemains, cause -> lookForRemains());
                            } else {
                                lookForRemains();
                            }
                        },
                        cause -> lookForRemains()));
    }

    /** Takes the entry away because the client is closed; {@code done} is run in any case. */
    void removeAtClose(Runnable done) {
        boolean ours = attempted && state != State.DISPLACED && (!silent || unanswered);
        silent = true;
        store.heartbeats.cancel(beat);
        if (!ours) {
            done.run();
            return;
        }
        service.deregisterLast(new AgentService.Outcome() {
            @Override
            public void done() {
                done.run();
            }

            @Override
            public void failed(StoreException cause, boolean maybeDone) {
                done.run();
            }
        });
    }
}
