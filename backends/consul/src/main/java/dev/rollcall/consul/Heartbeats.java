package dev.rollcall.consul;

import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * When which publication renews its check: one timer for all of them. How many requests are under way at once is bounded by {@link Requests}. On
 * the serial thread.
 */
final class Heartbeats {
    /** Renewals due within this time go together, so that ten thousand are not ten thousand timers. */
    private static final Duration BATCH = Duration.ofMillis(10);

    private final BackendThread serial;
    private final long startNanos;
    private final PriorityQueue<Due> queue = new PriorityQueue<>(Comparator.comparingLong(due -> due.atNanos));
    private EventLoop.@Nullable Timer timer;
    private long timerNanos;

    /** A renewal; one that was put off or cancelled stays in line and is passed over. */
    private static final class Due {
        final long atNanos;
        final Beat beat;

        Due(long atNanos, Beat beat) {
            this.atNanos = atNanos;
            this.beat = beat;
        }
    }

    /** Something that is done again and again. */
    static final class Beat {
        private final Runnable task;
        private @Nullable Due next;

        Beat(Runnable task) {
            this.task = task;
        }
    }

    Heartbeats(BackendThread serial) {
        this.serial = serial;
        startNanos = serial.nanoTime();
    }

    /** Runs the beat once, after a delay, instead of when it would have run. */
    void schedule(Beat beat, Duration delay) {
        Due due = new Due(elapsedNanos() + Math.max(0, delay.toNanos()), beat);
        beat.next = due;
        queue.add(due);
        arm();
    }

    void cancel(Beat beat) {
        beat.next = null;
    }

    private long elapsedNanos() {
        return serial.nanoTime() - startNanos;
    }

    private void arm() {
        Due first = queue.peek();
        if (first == null || (timer != null && timerNanos <= first.atNanos)) {
            return;
        }
        if (timer != null) {
            timer.close();
        }
        timerNanos = first.atNanos;
        timer = serial.schedule(Duration.ofNanos(Math.max(0, first.atNanos - elapsedNanos())), this::run);
    }

    private void run() {
        timer = null;
        long until = elapsedNanos() + BATCH.toNanos();
        for (Due due = queue.peek(); due != null && due.atNanos <= until; due = queue.peek()) {
            queue.remove();
            if (due.beat.next == due) {
                due.beat.next = null;
                due.beat.task.run();
            }
        }
        arm();
    }

    void close() {
        queue.clear();
        if (timer != null) {
            timer.close();
        }
    }
}
