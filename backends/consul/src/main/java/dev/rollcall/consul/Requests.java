package dev.rollcall.consul;

import dev.rollcall.StoreException;
import dev.rollcall.consul.ConsulSettings.HostPort;
import dev.rollcall.spi.BackendThread;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Short requests, a bounded number at a time; the others wait in line, heartbeats before everything else, though they never take all connections:
 * a renewal takes the agent less time than a registration, and thousands of them would keep one waiting for ever. When no agent can be asked they fail at
 * once. On the serial thread.
 *
 * <p>The request timeout runs from when a request is sent. An agent that writes each registration to its disk takes a hundred or so a second, and a line
 * of requests that moves is no sign of trouble; it is left after four timeouts.
 */
final class Requests implements Agents.Listener {
    /** Connections that short requests use at once. */
    static final int CONNECTIONS = 8;

    /** Of those, how many heartbeats leave to others that wait. */
    private static final int RESERVED = 2;

    private static final int LONGEST_WAIT_TIMEOUTS = 4;

    private final Http http;
    private final Agents agents;
    private final Failures failures;
    private final BackendThread serial;
    private final Duration timeout;
    private final Deque<Waiting> urgent = new ArrayDeque<>();
    private final Deque<Waiting> ordinary = new ArrayDeque<>();
    private final List<Sent> underWay = new ArrayList<>(CONNECTIONS);
    private boolean closed;

    /** What becomes of a request; one of the two is called, once. */
    interface Reply {
        void answered(HostPort agent, Answer answer);

        /**
         * No answer came.
         *
         * @param sent whether the agent may have carried the request out, or may yet
         */
        void failed(StoreException cause, boolean sent);
    }

    private record Sent(Http.Exchange exchange, boolean urgent, Reply reply) {}

    private record Waiting(Call call, long latestNanos, Reply reply) {}

    Requests(Http http, Agents agents, Failures failures, BackendThread serial, Duration timeout) {
        this.http = http;
        this.agents = agents;
        this.failures = failures;
        this.serial = serial;
        this.timeout = timeout;
    }

    void send(Call call, Reply reply) {
        enter(ordinary, call, reply, closed);
    }

    /** The same, ahead of those that aren't urgent. */
    void sendSoon(Call call, Reply reply) {
        enter(urgent, call, reply, closed);
    }

    /** The same, even after {@link #close}. */
    void sendLast(Call call, Reply reply) {
        enter(ordinary, call, reply, false);
    }

    private void enter(Deque<Waiting> line, Call call, Reply reply, boolean refuse) {
        StoreException trouble = agents.trouble();
        if (refuse) {
            reply.failed(failures.closed(), false);
        } else if (trouble != null) {
            reply.failed(trouble, false);
        } else {
            line.add(new Waiting(
                    call,
                    serial.nanoTime()
                            + timeout.multipliedBy(LONGEST_WAIT_TIMEOUTS).toNanos(),
                    reply));
            pump();
        }
    }

    private void pump() {
        while (agents.isUp() && underWay.size() < CONNECTIONS && !(urgent.isEmpty() && ordinary.isEmpty())) {
            boolean soon = !urgent.isEmpty() && (ordinary.isEmpty() || ordinaryUnderWay() >= RESERVED);
            Waiting next = soon ? urgent.remove() : ordinary.remove();
            if (next.latestNanos - serial.nanoTime() <= 0) {
                next.reply.failed(failures.late(agents.current(), next.call), false);
            } else {
                begin(next, soon);
            }
        }
    }

    private long ordinaryUnderWay() {
        return underWay.stream().filter(request -> !request.urgent).count();
    }

    private void begin(Waiting next, boolean soon) {
        HostPort agent = agents.current();
        Http.Exchange[] own = new Http.Exchange[1];
        own[0] = http.send(agent, next.call, timeout, new Http.Reply() {
            @Override
            public void answered(Answer answer) {
                over();
                next.reply.answered(agent, answer);
                pump();
            }

            @Override
            public void failed(StoreException cause) {
                over();
                next.reply.failed(cause, true);
                agents.suspect();
                pump();
            }

            private void over() {
                underWay.removeIf(request -> request.exchange == own[0]);
            }
        });
        underWay.add(new Sent(own[0], soon, next.reply));
    }

    @Override
    public void up() {
        pump();
    }

    @Override
    public void down(StoreException cause) {
        failWaiting(cause);
    }

    private void failWaiting(StoreException cause) {
        List<Waiting> all = new ArrayList<>(urgent);
        all.addAll(ordinary);
        urgent.clear();
        ordinary.clear();
        all.forEach(waiting -> waiting.reply.failed(cause, false));
    }

    /** Ends everything, and refuses what comes after; {@link #sendLast} still works. */
    void close() {
        closed = true;
        failWaiting(failures.closed());
        List<Sent> all = List.copyOf(underWay);
        underWay.clear();
        for (Sent request : all) {
            request.exchange.cancel();
            request.reply.failed(failures.closed(), true);
        }
    }
}
