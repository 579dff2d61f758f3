package dev.rollcall.gateway;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Lets so many lines a second through and counts those that it holds back. Safe for use by many threads. */
final class LineAllowance {
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final int perSecond;
    private final LongSupplier nanoTime;
    private long sinceNanos;
    private int used;
    private long heldBack;

    LineAllowance(int perSecond, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
        this.sinceNanos = nanoTime.getAsLong();
    }

    /** How many were held back since the last line that was let through, if this one may be; empty if it is held back too. */
    synchronized OptionalLong ask() {
        long now = nanoTime.getAsLong();
        if (now - sinceNanos >= SECOND_NANOS) {
            sinceNanos = now;
            used = 0;
        }
        if (used == perSecond) {
            heldBack++;
            return OptionalLong.empty();
        }
        used++;
        long before = heldBack;
        heldBack = 0;
        return OptionalLong.of(before);
    }
}
