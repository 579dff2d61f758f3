package dev.rollcall.health;

import java.time.Duration;

/** How probes count and tell their time, and what went wrong. */
final class Timeouts {
    private Timeouts() {}

    /** For sockets, to which zero is for ever. */
    static int millis(Duration timeout) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toMillis()));
    }

    static String shown(Duration timeout) {
        return timeout.toMillis() + " ms";
    }

    static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }
}
