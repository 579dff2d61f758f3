package dev.rollcall.consul;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.consul.ConsulSettings.HostPort;
import dev.rollcall.spi.BackendThread;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The client's session in Consul, with which keys go that are locked by it: made when somebody first needs it, renewed three times in its TTL, made again when somebody
 * needs it after it has ended. On the serial thread.
 *
 * <p>Design note. Consul takes TTLs of 10 s and more, and ends a session after twice its TTL. So half of the time that entries may outlive their process is asked
 * for, and it is never less than 20 s. A session that couldn't be renewed in time may live yet, so it is told to be lost, but renewed until Consul itself says that it has ended: with it, whoever puts
 * his entry back replaces it in place. There is no lock delay: whoever comes after a process that has died needn't wait, as nothing but an entry in a list is locked.
 */
final class SessionKeeper {
    private static final Duration SHORTEST_TTL = Duration.ofSeconds(10);
    private static final int TTL_PARTS = 3;

    private final Requests requests;
    private final Failures failures;
    private final Heartbeats heartbeats;
    private final BackendThread serial;
    private final Duration ttl;
    private final Heartbeats.Beat beat = new Heartbeats.Beat(this::renew);
    private final Set<Consumer<StoreException>> losers = new LinkedHashSet<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private String id = "";
    private boolean creating;
    private boolean doubted;
    private long renewedNanos;

    private record Waiting(Consumer<String> reader, Consumer<StoreException> onFailure) {}

    SessionKeeper(Requests requests, Failures failures, Heartbeats heartbeats, BackendThread serial, Duration ttl) {
        this.requests = requests;
        this.failures = failures;
        this.heartbeats = heartbeats;
        this.serial = serial;
        Duration half = ttl.dividedBy(2);
        this.ttl = half.compareTo(SHORTEST_TTL) > 0 ? half : SHORTEST_TTL;
    }

    /** Has somebody told when a session ends unasked, or may have. */
    void addLoser(Consumer<StoreException> loser) {
        losers.add(loser);
    }

    void removeLoser(Consumer<StoreException> loser) {
        losers.remove(loser);
    }

    /** Whether it is this client's session, as far as is known. */
    boolean isCurrent(String session) {
        return !id.isEmpty() && id.equals(session);
    }

    /** Hands over the session's id, or why there is none; one of the two is called, once. */
    void obtain(Consumer<String> reader, Consumer<StoreException> onFailure) {
        if (!id.isEmpty()) {
            reader.accept(id);
            return;
        }
        waiting.add(new Waiting(reader, onFailure));
        if (!creating) {
            create();
        }
    }

    private void create() {
        creating = true;
        Call call = SessionRequests.create("Rollcall", ttl, Duration.ZERO, true);
        long sentNanos = serial.nanoTime();
        requests.sendSoon(call, new Requests.Reply() {
            @Override
            public void answered(HostPort agent, Answer answer) {
                if (!answer.isOk()) {
                    fail(failures.refused(agent, call, answer));
                    return;
                }
                try {
                    created(SessionRequests.idIn(answer), sentNanos);
                } catch (IOException e) {
                    fail(failures.unreadable(agent, call, e));
                }
            }

            @Override
            public void failed(StoreException cause, boolean sent) {
                fail(cause); // one that was made all the same ends by itself
            }
        });
    }

    private void created(String session, long sentNanos) {
        creating = false;
        id = session;
        doubted = false;
        renewedNanos = sentNanos;
        heartbeats.schedule(beat, ttl.dividedBy(TTL_PARTS));
        drain().forEach(each -> each.reader.accept(session));
    }

    private void fail(StoreException cause) {
        creating = false;
        drain().forEach(each -> each.onFailure.accept(cause));
    }

    private List<Waiting> drain() {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }

    /** The agent is back, or there is another: renews at once. */
    void agentIsUp() {
        if (!id.isEmpty()) {
            heartbeats.schedule(beat, Duration.ZERO);
        }
    }

    private void renew() {
        String session = id;
        Call call = SessionRequests.renew(session);
        long sentNanos = serial.nanoTime();
        requests.sendSoon(call, new Requests.Reply() {
            @Override
            public void answered(HostPort agent, Answer answer) {
                if (!isCurrent(session)) {
                    return;
                }
                if (answer.isOk()) {
                    renewedNanos = sentNanos;
                    doubted = false;
                    heartbeats.schedule(beat, ttl.dividedBy(TTL_PARTS));
                } else if (answer.status() == 404) {
                    ended(session, new StoreException(Kind.LEASE_LOST, "Consul has ended the session of this client"));
                } else {
                    notRenewed(failures.refused(agent, call, answer));
                }
            }

            @Override
            public void failed(StoreException cause, boolean sent) {
                if (isCurrent(session)) {
                    notRenewed(cause);
                }
            }
        });
    }

    private void notRenewed(StoreException cause) {
        heartbeats.schedule(beat, ttl.dividedBy(TTL_PARTS));
        boolean late = serial.nanoTime() - renewedNanos > ttl.toNanos();
        if (late && !doubted) {
            doubted = true;
            tell(new StoreException(
                    Kind.LEASE_LOST,
                    "the session was not renewed for its whole TTL, " + ttl.toMillis() + " ms: " + cause.getMessage(),
                    cause));
        }
    }

    /** Consul says that there is no such session any more. */
    void ended(String session, StoreException cause) {
        if (isCurrent(session)) {
            id = "";
            heartbeats.cancel(beat);
            tell(cause);
        }
    }

    private void tell(StoreException cause) {
        List.copyOf(losers).forEach(loser -> loser.accept(cause));
    }

    /** Ends the session, and with it every key that it locks; {@code done} is run in any case. */
    void destroy(Runnable done) {
        losers.clear();
        if (id.isEmpty()) {
            done.run();
            return;
        }
        requests.sendLast(SessionRequests.destroy(id), new Requests.Reply() {
            @Override
            public void answered(HostPort agent, Answer answer) {
                done.run();
            }

            @Override
            public void failed(StoreException cause, boolean sent) {
                done.run();
            }
        });
        id = "";
    }
}
