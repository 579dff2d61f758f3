package dev.rollcall.consul;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.consul.ConsulSettings.Consistency;
import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Follows one path of Consul's by blocking queries, as Consul's documentation of them demands ("Blocking Queries", in the HTTP API's features): the
 * index of an answer goes into the next question; one that went backwards is forgotten and everything is asked for again; it is never less than 1; the
 * wait is up to 20 s, to which Consul adds up to a sixteenth; errors are followed by a growing, jittered pause. On the serial thread.
 *
 * <p>Design note, on the wait. An agent holds on to a question that nobody waits for any more until its wait is over ({@link OwnQueries}). So it waits
 * no longer than the query has gone on undisturbed: what is soon closed is soon let go of.
 *
 * <p>Design note, on an index that goes backwards. Either the store was replaced or restored; or a server that lags behind, or that
 * has only just become the leader and hasn't read its own log to the end, has answered. So that neither empties nor rewinds a view, the question is asked
 * once more in consistent mode, which only a leader that is up to date answers, and that answer counts.
 */
final class BlockingQuery implements Agents.Listener {
    private static final long SHORTEST_WAIT_SECONDS = 1;
    private static final long LONGEST_WAIT_SECONDS = 20;
    private static final int JITTER_PARTS = 16;

    /** What queries need, the same for all of them. */
    record Store(
            Agents agents,
            Http http,
            Failures failures,
            BackendThread serial,
            ConsulSettings settings,
            Duration timeout) {}

    /** Where answers go. */
    interface Reader {
        /**
         * A whole answer, different from the one before.
         *
         * @param afresh whether it is the first, or the first after {@link #interrupted}
         * @param replaced whether the store has gone back to an earlier state
         * @throws java.io.IOException if it can't be read; it is as if it had not come
         */
        void read(Answer answer, long index, boolean afresh, boolean replaced) throws java.io.IOException;

        void interrupted(StoreException cause);

        /** Whether an answer other than success means that there is nothing, which is an answer too. */
        default boolean isAbsence(Answer answer) {
            return false;
        }

        /** Whether nobody wants to read any more, so that nothing needs to be asked. */
        default boolean isClosed() {
            return false;
        }

        /** How long to wait before asking again after an answer. */
        default Duration pause() {
            return Duration.ZERO;
        }
    }

    private final Store store;
    private final Call call;
    private final @Nullable Call permission;
    private final Reader reader;

    /** What the next question waits to be exceeded; 0 for an answer at once. */
    private long index;
    /** The index of the last answer that was read; 0 before the first. */
    private long known;

    private boolean consistentAtFirst;
    private boolean confirming;
    private boolean afresh = true;
    private int failed;
    private int idle;
    /** When the query began, or the agent came back. */
    private long steadySinceNanos;

    private long askedNanos;
    /** How long the agent may take over the question that is under way; zero if that is answered at once. */
    private Duration wait = Duration.ZERO;

    private Http.@Nullable Exchange exchange;
    private EventLoop.@Nullable Timer timer;
    private boolean closed;

    /**
     * A query that hasn't begun.
     *
     * @param permission asked before an empty answer is believed: if it is refused, nothing may be seen, which is not the same as nothing being there;
     *     null to believe it, unless Consul itself says that it left everything out
     */
    BlockingQuery(Store store, Call call, @Nullable Call permission, Reader reader) {
        this.store = store;
        this.call = call;
        this.permission = permission;
        this.reader = reader;
    }

    /** As {@link #start}; the first answer is no older than any write that was confirmed before. */
    void startConsistently() {
        consistentAtFirst = true;
        confirming = true;
        start();
    }

    void start() {
        steadySinceNanos = store.serial().nanoTime();
        store.agents().addListener(this);
        StoreException trouble = store.agents().trouble();
        if (trouble != null) {
            reader.interrupted(trouble);
        }
        ask();
    }

    @Override
    public void up() {
        failed = 0;
        steadySinceNanos = store.serial().nanoTime();
        ask();
    }

    @Override
    public void down(StoreException cause) {
        stop();
        interrupt(cause);
    }

    private void interrupt(StoreException cause) {
        afresh = true;
        confirming = consistentAtFirst && known == 0;
        index = 0;
        reader.interrupted(cause);
    }

    private void ask() {
        stop();
        if (closed || !store.agents().isUp()) {
            return;
        }
        Duration atMost = store.timeout();
        Call question = call.with(
                confirming ? Consistency.CONSISTENT.parameter : store.settings().consistency().parameter);
        askedNanos = store.serial().nanoTime();
        wait = Duration.ZERO;
        if (index > 0) {
            long age = Duration.ofNanos(askedNanos - steadySinceNanos).toSeconds();
            wait = Duration.ofSeconds(Math.max(SHORTEST_WAIT_SECONDS, Math.min(LONGEST_WAIT_SECONDS, age)));
            question = question.with("index=" + index).with("wait=" + wait.toSeconds() + "s");
            atMost = atMost.plus(heldAtMost());
        }
        exchange = store.http().send(store.agents().current(), question, atMost, new Http.Reply() {
            @Override
            public void answered(Answer answer) {
                BlockingQuery.this.answered(answer);
            }

            @Override
            public void failed(StoreException cause) {
                boolean tooLarge = cause.kind() == Kind.REJECTED;
                fail(cause);
                if (!tooLarge) {
                    store.agents().suspect();
                }
            }
        });
    }

    /** Consul adds up to a sixteenth, so that not all come back at once. */
    private Duration heldAtMost() {
        return wait.plus(wait.dividedBy(JITTER_PARTS));
    }

    private void answered(Answer answer) {
        if (!answer.isOk() && !reader.isAbsence(answer)) {
            fail(store.failures().refused(store.agents().current(), call, answer));
            return;
        }
        long next = Math.max(1, answer.index());
        if (next < known && !confirming) {
            confirming = true;
            index = 0;
            ask();
            return;
        }
        boolean news = afresh || confirming || next != known || answer.index() == 0;
        if (news && answer.isEmpty() && answer.filtered()) {
            fail(store.failures().allFiltered(store.agents().current(), call));
        } else if (news && answer.isEmpty() && permission != null) {
            askPermission(permission, answer, next);
        } else {
            accept(answer, next, news);
        }
    }

    private void askPermission(Call permission, Answer answer, long next) {
        wait = Duration.ZERO;
        exchange = store.http().send(store.agents().current(), permission, store.timeout(), new Http.Reply() {
            @Override
            public void answered(Answer verdict) {
                if (verdict.status() == Failures.FORBIDDEN) {
                    fail(store.failures().refused(store.agents().current(), permission, verdict));
                } else {
                    accept(answer, next, true);
                }
            }

            @Override
            public void failed(StoreException cause) {
                fail(cause);
                store.agents().suspect();
            }
        });
    }

    private void accept(Answer answer, long next, boolean news) {
        boolean replaced = next < known;
        confirming = false;
        if (news) {
            try {
                reader.read(answer, next, afresh, replaced);
            } catch (java.io.IOException | RuntimeException e) {
                fail(store.failures().unreadable(store.agents().current(), call, e));
                return;
            }
        }
        boolean hurried = next == known && index > 0 && waited().compareTo(wait.dividedBy(2)) < 0;
        idle = hurried || answer.index() == 0 ? idle + 1 : 0;
        afresh = false;
        failed = 0;
        known = next;
        index = next;
        askAgain();
    }

    private Duration waited() {
        return Duration.ofNanos(store.serial().nanoTime() - askedNanos);
    }

    /** At once, unless the server answers without anything new, which must not become a loop at full speed. */
    private void askAgain() {
        if (closed || reader.isClosed()) {
            return;
        }
        Duration pause = reader.pause();
        if (idle > 1) {
            stop();
            timer = store.serial().retry(idle - 1, this::ask);
        } else if (!pause.isZero()) {
            stop();
            timer = store.serial().schedule(pause, this::ask);
        } else {
            ask();
        }
    }

    private void fail(StoreException cause) {
        if (closed) {
            return;
        }
        stop();
        failed++;
        interrupt(cause);
        timer = store.serial().retry(failed, this::ask);
    }

    private void stop() {
        if (exchange != null) {
            exchange.cancel();
            exchange = null;
        }
        if (timer != null) {
            timer.close();
            timer = null;
        }
    }

    /**
     * Ends the question that is under way at once.
     *
     * @return how long the agent may hold on to it yet
     */
    Duration close() {
        closed = true;
        store.agents().removeListener(this);
        Duration held =
                exchange == null || wait.isZero() ? Duration.ZERO : heldAtMost().minus(waited());
        stop();
        return held.isNegative() ? Duration.ZERO : held;
    }
}
