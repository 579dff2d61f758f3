package dev.rollcall.tck;

import static java.util.Objects.requireNonNull;

import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An event loop whose clock stands still until a test moves it: hours pass in milliseconds, and every run of a test is the same. Tasks
 * run on the thread that calls {@link #advance} or {@link #runUntilIdle}, those that are due at the same moment in the order in which
 * they were handed over. What they throw is thrown to that caller once everything that was due has run.
 *
 * <p>Several clients and a simulated store may share one virtual time. Tasks may be handed over by any thread; one thread at a time
 * moves the clock.
 *
 * <p>{@link #nanoTime} overflows half an hour after the start, as {@link System#nanoTime} is free to do, so that code that compares
 * it by {@code <} instead of by difference is found out.
 */
public final class VirtualTime implements EventLoop {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private static final long START_NANOS =
            Long.MAX_VALUE - Duration.ofMinutes(30).toNanos();
    private static final int MAX_TASKS_AT_ONE_MOMENT = 1_000_000;

    private final Object lock = new Object();
    private final TreeSet<Task> tasks = new TreeSet<>();
    private long elapsedNanos;
    private long nextOrder;
    private boolean moving;
    private boolean closed;

    @Override
    public void execute(Runnable task) {
        schedule(Duration.ZERO, task);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        requireNonNull(task, "task");
        synchronized (lock) {
            if (closed) {
                return () -> {};
            }
            long due = Math.addExact(elapsedNanos, Math.max(0, delay.toNanos()));
            Task waiting = new Task(due, nextOrder++, task);
            tasks.add(waiting);
            return () -> remove(waiting);
        }
    }

    @Override
    public long nanoTime() {
        synchronized (lock) {
            return START_NANOS + elapsedNanos;
        }
    }

    @Override
    public Instant now() {
        return START.plus(elapsed());
    }

    /** How much time has passed since the beginning. */
    public Duration elapsed() {
        synchronized (lock) {
            return Duration.ofNanos(elapsedNanos);
        }
    }

    /** How many tasks wait, timers included. */
    public int pending() {
        synchronized (lock) {
            return tasks.size();
        }
    }

    /**
     * Lets time pass: runs every task that becomes due, each at its own time, and stops the clock at the end of the span.
     *
     * @param span how much time: zero or more
     * @throws IllegalStateException if called from a task, or if tasks go on handing over tasks without any time passing
     */
    public void advance(Duration span) {
        advanceUntil(() -> false, span);
    }

    /**
     * Lets time pass as {@link #advance} does, but only until the condition holds; it is tried first and after each task.
     *
     * @return whether it held in time
     */
    public boolean advanceUntil(BooleanSupplier condition, Duration atMost) {
        long until = begin(atMost);
        boolean held = false;
        Failures failures = new Failures();
        try {
            Moment moment = new Moment();
            held = condition.getAsBoolean();
            while (!held) {
                Task next = take(until);
                if (next == null) {
                    break;
                }
                moment.count(next);
                failures.run(next.action);
                held = condition.getAsBoolean();
            }
        } finally {
            end(held ? 0 : until);
        }
        failures.rethrow();
        return held;
    }

    /** Runs what is due now, and what that hands over without a delay. No time passes. */
    public void runUntilIdle() {
        advance(Duration.ZERO);
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            tasks.clear();
        }
    }

    private long begin(Duration span) {
        if (span.isNegative()) {
            throw new IllegalArgumentException("span: " + span + " (expected: zero or more)");
        }
        synchronized (lock) {
            if (moving) {
                throw new IllegalStateException("the clock was moved while it moved: from a task, or by two threads");
            }
            moving = true;
            return Math.addExact(elapsedNanos, span.toNanos());
        }
    }

    private void end(long reachedNanos) {
        synchronized (lock) {
            moving = false;
            elapsedNanos = Math.max(elapsedNanos, reachedNanos);
        }
    }

    private @Nullable Task take(long untilNanos) {
        synchronized (lock) {
            if (tasks.isEmpty() || tasks.first().dueNanos > untilNanos) {
                return null;
            }
            Task next = tasks.first();
            tasks.remove(next);
            elapsedNanos = next.dueNanos;
            return next;
        }
    }

    private void remove(Task task) {
        synchronized (lock) {
            tasks.remove(task);
        }
    }

    private static final class Task implements Comparable<Task> {
        final long dueNanos;
        final Runnable action;
        private final long order;

        Task(long dueNanos, long order, Runnable action) {
            this.dueNanos = dueNanos;
            this.order = order;
            this.action = action;
        }

        @Override
        public int compareTo(Task that) {
            int byTime = Long.compare(dueNanos, that.dueNanos);
            return byTime != 0 ? byTime : Long.compare(order, that.order);
        }
    }

    /** Finds out tasks that feed on each other while the clock stands still. */
    private final class Moment {
        private long nanos = -1;
        private int count;

        void count(Task task) {
            count = task.dueNanos == nanos ? count + 1 : 0;
            nanos = task.dueNanos;
            if (count > MAX_TASKS_AT_ONE_MOMENT) {
                throw new IllegalStateException(
                        count + " tasks at " + elapsed() + " and no end (expected: tasks that let time pass)");
            }
        }
    }

    /** What tasks threw: the first, with the others attached. */
    private static final class Failures {
        private @Nullable Throwable first;

        void run(Runnable action) {
            try {
                action.run();
            } catch (RuntimeException | Error e) { // an assertion that fails inside a task is an Error
                if (first == null) {
                    first = e;
                } else if (first != e) {
                    first.addSuppressed(e);
                }
            }
        }

        void rethrow() {
            if (first instanceof RuntimeException exception) {
                throw exception;
            }
            if (first instanceof Error error) {
                throw error;
            }
        }
    }
}
