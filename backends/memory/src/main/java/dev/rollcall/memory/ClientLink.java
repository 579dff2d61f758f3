package dev.rollcall.memory;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * The way between a client and a {@link MemoryStore}, and what is wrong with it. Clients of the same link name share one. A connection keeps
 * the order of what is sent, in each direction, as TCP does. Safe for use by many threads.
 */
public final class ClientLink {
    private final String name;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile State state = State.OPEN;
    private volatile boolean losesReplies;
    private volatile Delay delay = new Delay(Duration.ZERO, Duration.ZERO);

    private enum State {
        OPEN,
        CUT,
        FROZEN
    }

    private record Delay(Duration atLeast, Duration atMost) {}

    ClientLink(String name) {
        this.name = name;
    }

    /** The link's name: a client's name, or what the URI's parameter {@code link} says. */
    public String name() {
        return name;
    }

    /** How many clients are connected, or trying to be, over this link. */
    public int clients() {
        return connections.size();
    }

    /** Closes the connections, losing what is under way in them, and refuses new ones. Leases run out. */
    public void cut() {
        state = State.CUT;
        reset();
    }

    /** Leaves the connections open and holds what is sent, in both directions: a black hole. Leases run out. */
    public void freeze() {
        state = State.FROZEN;
    }

    /** From now on the store carries out what it is asked and the client doesn't hear of it: neither answers nor changes. */
    public void loseReplies() {
        losesReplies = true;
    }

    /** Ends {@link #cut}, {@link #freeze} and {@link #loseReplies}. What was held in open connections arrives now. */
    public void heal() {
        state = State.OPEN;
        if (losesReplies) {
            losesReplies = false;
            reset(); // as no connection goes on after it has lost something
        }
        connections.forEach(Connection::thaw);
    }

    /** Closes the connections, losing what is under way in them. Clients may connect again at once. */
    public void reset() {
        connections.forEach(Connection::reset);
    }

    /**
     * Makes everything that is sent over this link take time, in each direction.
     *
     * @param atLeast zero or more
     * @param atMost no less than {@code atLeast}; each delay is random in between
     */
    public void delay(Duration atLeast, Duration atMost) {
        requireNonNull(atLeast, "atLeast");
        requireNonNull(atMost, "atMost");
        if (atLeast.isNegative() || atMost.compareTo(atLeast) < 0) {
            throw new IllegalArgumentException("atLeast: " + atLeast + ", atMost: " + atMost
                    + " (expected: zero or more, and a bound no less than that)");
        }
        delay = new Delay(atLeast, atMost);
    }

    boolean isCut() {
        return state == State.CUT;
    }

    boolean isFrozen() {
        return state == State.FROZEN;
    }

    boolean isLosingReplies() {
        return losesReplies;
    }

    /** How long the next message takes. */
    Duration nextDelay(RandomGenerator random) {
        Delay now = delay;
        long spread = now.atMost.minus(now.atLeast).toNanos();
        return spread == 0 ? now.atLeast : now.atLeast.plusNanos(random.nextLong(spread + 1));
    }

    void add(Connection connection) {
        connections.add(connection);
    }

    void remove(Connection connection) {
        connections.remove(connection);
    }

    @Override
    public String toString() {
        return name + " (" + state + (losesReplies ? ", replies lost)" : ")");
    }
}
