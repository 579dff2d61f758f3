package dev.rollcall.internal;

import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One timer that is set again and again: the last time counts. Confined to the event loop. */
final class Alarm {
    private final EventLoop loop;
    private EventLoop.@Nullable Timer timer;

    Alarm(EventLoop loop) {
        this.loop = loop;
    }

    /** Runs a task after a delay, in place of the one that waits. */
    void set(Duration delay, Runnable task) {
        stop();
        timer = loop.schedule(delay, task);
    }

    void stop() {
        if (timer != null) {
            timer.close();
            timer = null;
        }
    }
}
