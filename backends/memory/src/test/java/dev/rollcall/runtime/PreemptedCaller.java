package dev.rollcall.runtime;

import dev.rollcall.spi.EventLoop;
import dev.rollcall.tck.VirtualTime;
import java.time.Duration;
import java.time.Instant;

/**
 * An event loop whose caller can lose its processor right before it hands over a task, while the loop goes on: what virtual time alone, in
 * which one thread does everything, never shows.
 */
final class PreemptedCaller implements EventLoop {
    private final VirtualTime time;
    private Duration pause = Duration.ZERO;

    PreemptedCaller(VirtualTime time) {
        this.time = time;
    }

    /** The next task that the test's own thread hands over is late by so much. */
    void preemptNext(Duration pause) {
        this.pause = pause;
    }

    @Override
    public void execute(Runnable task) {
        Duration late = pause;
        pause = Duration.ZERO;
        if (!late.isZero()) {
            time.advance(late);
        }
        time.execute(task);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        return time.schedule(delay, task);
    }

    @Override
    public long nanoTime() {
        return time.nanoTime();
    }

    @Override
    public Instant now() {
        return time.now();
    }

    @Override
    public void close() {
        time.close();
    }
}
