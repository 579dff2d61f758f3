package dev.rollcall.consul;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.consul.ConsulSettings.HostPort;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.Claim;
import dev.rollcall.spi.ClaimListener;
import dev.rollcall.spi.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whoever locks the key under his session has it; the others follow the key and try when it is free. So Consul keeps no line, and all who wait wake. The token
 * is the {@code ModifyIndex} that locking has given the key: Consul's count of all changes of the whole store.
 *
 * <p>Design note. A session of its own for each claim: to be rid of a request to lock that went unanswered there is only the end of its session, which must not
 * take others' claims along. It ends by its TTL alone. The delay that Consul puts between a session's end and the next lock covers the time until a holder
 * whose session was ended by hand hears of it; a release is without it.
 *
 * <p>On the serial thread, but for {@link #release} and {@link #confirmedUntilNanos}.
 */
final class ConsulClaim implements Claim {
    /** Consul's own limit. */
    private static final Duration SHORTEST_TTL = Duration.ofSeconds(10);

    private static final Duration LOCK_DELAY = Duration.ofSeconds(1);
    private static final int RENEWALS_PER_TTL = 4;
    private static final int CONFLICT = 409;
    private static final int GONE = 404;

    /** What claims need, the same for all of them. */
    record Tools(
            Requests requests,
            Failures failures,
            BackendThread serial,
            Duration ttl,
            BiFunction<String, ClaimFeed.Listener, Backend.Watch> follow,
            Consumer<ConsulClaim> onEnd) {

        Duration sessionTtl() {
            Duration whole = Duration.ofSeconds(ttl.plusMillis(999).toSeconds());
            return whole.compareTo(SHORTEST_TTL) < 0 ? SHORTEST_TTL : whole;
        }
    }

    private final Tools tools;
    private final String key;
    private final String data;
    private final ClaimListener listener;
    private String session = "";
    private Backend.@Nullable Watch watch;
    private EventLoop.@Nullable Timer renewal;
    private EventLoop.@Nullable Timer retry;
    private @Nullable Runnable onceAnswered;
    private ClaimRequests.@Nullable State latest;
    private long token;
    private boolean asking;
    private boolean held;
    private boolean ended;
    private volatile long confirmedUntilNanos;

    ConsulClaim(Tools tools, String key, String data, ClaimListener listener) {
        this.tools = tools;
        this.key = key;
        this.data = data;
        this.listener = listener;
        this.confirmedUntilNanos = tools.serial().nanoTime() - 1;
    }

    void begin() {
        long sentNanos = tools.serial.nanoTime();
        ask(SessionRequests.create(key, tools.sessionTtl(), LOCK_DELAY, false), answer -> {
            session = SessionRequests.idIn(answer);
            confirmed(sentNanos);
            if (!ended) {
                renewLater(tools.sessionTtl().dividedBy(RENEWALS_PER_TTL));
                watch = tools.follow.apply(key, new Follower());
            }
        });
    }

    private void confirmed(long sentNanos) {
        confirmedUntilNanos = sentNanos + tools.sessionTtl().toNanos();
    }

    private final class Follower implements ClaimFeed.Listener {
        @Override
        public void state(ClaimRequests.State state, long index) {
            latest = state;
            if (ended || asking || index < token) {
                return; // what is older than our lock doesn't matter any more
            }
            if (held && !state.session().equals(session)) {
                lose(new StoreException(
                        Kind.DELETED, key + ": somebody has deleted or unlocked the key, or its session"));
            } else if (state.isLocked() && !held) {
                stopRetry();
                listener.waiting();
            } else if (!held) {
                lock();
            }
        }

        @Override
        public void interrupted(StoreException cause) {
            if (!ended) {
                listener.interrupted(cause);
            }
        }
    }

    private void lock() {
        stopRetry();
        Call call = ClaimRequests.lock(key, data, session);
        asking = true;
        tools.requests.send(call, new Requests.Reply() {
            @Override
            public void answered(HostPort agent, Answer answer) {
                done();
                if (ended) {
                    return;
                }
                if (answer.isOk()) {
                    try {
                        token = KvEntries.revisionWritten(answer);
                        held = true;
                        listener.held(token);
                    } catch (IOException e) {
                        lose(tools.failures.unreadable(agent, call, e));
                    }
                } else if (answer.status() == CONFLICT) {
                    // another was quicker, which the watch tells; or it is too soon after the end of another's session,
                    // which it doesn't
                    listener.waiting();
                    if (latest != null && latest.isLocked()) {
                        return;
                    }
                    retry = tools.serial.schedule(LOCK_DELAY, ConsulClaim.this::lock);
                } else {
                    lose(tools.failures.refused(agent, call, answer));
                }
            }

            @Override
            public void failed(StoreException cause, boolean sent) {
                done();
                lose(cause);
            }
        });
    }

    private void done() {
        asking = false;
        Runnable next = onceAnswered;
        onceAnswered = null;
        if (next != null) {
            next.run();
        }
    }

    private void stopRetry() {
        if (retry != null) {
            retry.close();
            retry = null;
        }
    }

    private void renewLater(Duration pause) {
        renewal = tools.serial.schedule(pause, this::renew);
    }

    private void renew() {
        long sentNanos = tools.serial.nanoTime();
        Call call = SessionRequests.renew(session);
        tools.requests.sendSoon(call, new Requests.Reply() {
            @Override
            public void answered(HostPort agent, Answer answer) {
                if (ended) {
                    return;
                }
                if (answer.isOk()) {
                    confirmed(sentNanos);
                    renewLater(tools.sessionTtl().dividedBy(RENEWALS_PER_TTL));
                } else if (answer.status() == GONE) {
                    lose(new StoreException(Kind.LEASE_LOST, key + ": the session has ended"));
                } else {
                    notRenewed(tools.failures.refused(agent, call, answer));
                }
            }

            @Override
            public void failed(StoreException cause, boolean sent) {
                if (!ended) {
                    notRenewed(cause);
                }
            }
        });
    }

    private void notRenewed(StoreException cause) {
        if (confirmedUntilNanos - tools.serial.nanoTime() <= 0) {
            lose(new StoreException(
                    Kind.LEASE_LOST,
                    key + ": the session was not renewed for its whole TTL: " + cause.getMessage(),
                    cause));
        } else {
            listener.interrupted(cause);
            renewLater(tools.sessionTtl().dividedBy(RENEWALS_PER_TTL * RENEWALS_PER_TTL));
        }
    }

    /** What is done with an answer. */
    @FunctionalInterface
    private interface Answered {
        void read(Answer answer) throws IOException;
    }

    /** Asks for what the claim can't do without. */
    private void ask(Call call, Answered reader) {
        asking = true;
        tools.requests.send(call, new Requests.Reply() {
            @Override
            public void answered(HostPort agent, Answer answer) {
                asking = false;
                try {
                    if (!answer.isOk()) {
                        throw tools.failures.refused(agent, call, answer);
                    }
                    reader.read(answer);
                } catch (IOException e) {
                    lose(tools.failures.unreadable(agent, call, e));
                } catch (StoreException e) {
                    lose(e);
                }
                done();
            }

            @Override
            public void failed(StoreException cause, boolean sent) {
                lose(cause);
                done();
            }
        });
    }

    private void lose(StoreException cause) {
        if (!ended) {
            end();
            listener.lost(cause);
        }
    }

    /** Ends what goes on by itself; nothing is told any more. */
    void end() {
        if (!ended) {
            ended = true;
            held = false;
            stopRetry();
            if (renewal != null) {
                renewal.close();
            }
            if (watch != null) {
                watch.close();
            }
            tools.onEnd.accept(this);
        }
    }

    @Override
    public long confirmedUntilNanos() {
        return confirmedUntilNanos;
    }

    @Override
    public CompletionStage<Void> release() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        if (!tools.serial.offer(() -> release(stage))) {
            stage.completeExceptionally(tools.failures.closed());
        }
        return stage;
    }

    private void release(CompletableFuture<Void> stage) {
        end();
        if (asking) {
            onceAnswered = () -> release(stage);
        } else if (session.isEmpty()) {
            stage.complete(null);
        } else {
            last(ClaimRequests.unlock(key, session), CONFLICT, stage, () -> destroy(stage));
        }
    }

    /** Then neither can a request to lock that is still on its way be carried out. */
    private void destroy(CompletableFuture<Void> stage) {
        last(SessionRequests.destroy(session), GONE, stage, () -> stage.complete(null));
    }

    /** @param needless the status that says that there is nothing to do */
    private void last(Call call, int needless, CompletableFuture<Void> stage, Runnable next) {
        tools.requests.sendLast(call, new Requests.Reply() {
            @Override
            public void answered(HostPort agent, Answer answer) {
                if (answer.isOk() || answer.status() == needless) {
                    next.run();
                } else {
                    stage.completeExceptionally(tools.failures.refused(agent, call, answer));
                }
            }

            @Override
            public void failed(StoreException cause, boolean sent) {
                stage.completeExceptionally(cause);
            }
        });
    }
}
