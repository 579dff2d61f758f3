package dev.rollcall.testing.servers;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Asks again and again until something outside this JVM, which cannot notify us, is so. */
final class Polling {

    private static final long INTERVAL_NANOS = Duration.ofMillis(10).toNanos();

    /** True as soon as the condition holds, false when it did not within the limit. */
    static boolean until(Duration limit, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > limit.toNanos()) {
                return false;
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("interrupted while waiting for a server");
            }
            LockSupport.parkNanos(INTERVAL_NANOS);
        }
        return true;
    }

    private Polling() {}
}
