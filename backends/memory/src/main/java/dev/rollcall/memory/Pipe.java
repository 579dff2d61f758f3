package dev.rollcall.memory;

import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;

/**
 * One direction of a connection: delivers in the order of sending, each message after the link's delay, and none while the link is
 * frozen. On the client's loop only.
 */
final class Pipe {
    private final ClientLink link;
    private final EventLoop loop;
    private final RandomGenerator random;
    private final Deque<Message> underWay = new ArrayDeque<>();

    private record Message(long dueNanos, Runnable delivery) {}

    Pipe(ClientLink link, EventLoop loop, RandomGenerator random) {
        this.link = link;
        this.loop = loop;
        this.random = random;
    }

    void send(Runnable delivery) {
        long now = loop.nanoTime();
        long due = now + link.nextDelay(random).toNanos();
        Message last = underWay.peekLast();
        if (last != null && last.dueNanos - due > 0) {
            due = last.dueNanos;
        }
        underWay.addLast(new Message(due, delivery));
        if (due == now) {
            loop.execute(this::deliver);
        } else {
            loop.schedule(Duration.ofNanos(due - now), this::deliver);
        }
    }

    /** Hands over what has arrived. */
    void deliver() {
        while (!link.isFrozen() && !underWay.isEmpty()) {
            if (underWay.getFirst().dueNanos - loop.nanoTime() > 0) {
                return;
            }
            underWay.removeFirst().delivery.run();
        }
    }

    /** Loses what is under way. */
    void clear() {
        underWay.clear();
    }
}
