package dev.rollcall.memory;

import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The time by which leases run out: the store's own, which goes on when the loop of a client has stopped. */
interface StoreClock {

    long nanoTime();

    /** Runs a short task after a delay. It can't be called off. */
    void schedule(Duration delay, Runnable task);

    /** Real time, on the JDK's shared threads. */
    static StoreClock system() {
        return new StoreClock() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void schedule(Duration delay, Runnable task) {
                CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS)
                        .execute(task);
            }
        };
    }

    /** The time of an event loop, which may be virtual. */
    static StoreClock of(EventLoop loop) {
        return new StoreClock() {
            @Override
            public long nanoTime() {
                return loop.nanoTime();
            }

            @Override
            public void schedule(Duration delay, Runnable task) {
                loop.schedule(delay, task);
            }
        };
    }
}
