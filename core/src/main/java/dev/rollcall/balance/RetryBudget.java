package dev.rollcall.balance;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How many retries are allowed in proportion to calls, so that a struggling service is not drowned in them: a token
 * bucket. Each call puts in a part of a token, time puts in some too, and each retry takes out one (Finagle's {@code
 * RetryBudget}; Envoy's {@code retry_budget} is the same idea over calls under way). Safe for use by many threads; one
 * budget may serve several retriers that share a fate.
 *
 * <p>Starts with what time alone earns in ten seconds. While it is full, calls only read it, so that it costs nothing
 * until there are retries.
 */
public final class RetryBudget {
    private static final long TOKEN = 1_000_000;
    private static final int MAX_PER_SECOND = 1_000_000;

    private final long depositPerCall;
    private final int minimumPerSecond;
    private final long capacity;
    private final LongSupplier nanoClock;
    private final AtomicLong balance;
    private final AtomicLong refilledNanos;

    private RetryBudget(double ratio, int minimumPerSecond, LongSupplier nanoClock) {
        if (!(ratio >= 0 && ratio <= 100)) {
            throw new IllegalArgumentException("ratio: " + ratio + " (expected: 0 to 100)");
        }
        if (minimumPerSecond < 0 || minimumPerSecond > MAX_PER_SECOND) {
            throw new IllegalArgumentException(
                    "minimumPerSecond: " + minimumPerSecond + " (expected: 0 to " + MAX_PER_SECOND + ")");
        }
        this.depositPerCall = Math.round(ratio * TOKEN);
        this.minimumPerSecond = minimumPerSecond;
        this.nanoClock = nanoClock;
        this.capacity = TOKEN * Math.max(100, 10L * minimumPerSecond);
        this.balance = new AtomicLong(10 * TOKEN * minimumPerSecond);
        this.refilledNanos = new AtomicLong(nanoClock.getAsLong());
    }

    /** One retry for five calls, and ten a second besides. */
    public static RetryBudget defaults() {
        return of(0.2, 10);
    }

    /**
     * A budget. It holds what time alone earns in ten seconds, or 100 retries if that is more.
     *
     * @param ratio retries for each call: 0 to 100, by default 0.2
     * @param minimumPerSecond retries a second besides, so that a caller with few calls has some: 0 to 1,000,000, by
     *     default 10
     */
    public static RetryBudget of(double ratio, int minimumPerSecond) {
        return of(ratio, minimumPerSecond, System::nanoTime);
    }

    /** As {@link #of(double, int)}, with a clock. */
    static RetryBudget of(double ratio, int minimumPerSecond, LongSupplier nanoClock) {
        return new RetryBudget(ratio, minimumPerSecond, nanoClock);
    }

    /** Counts a call, not a retry of it. */
    public void deposit() {
        if (balance.get() < capacity) {
            add(depositPerCall);
        }
    }

    /** Takes what one retry costs; false if there is not enough, and then no retry should be made. */
    public boolean tryWithdraw() {
        refill();
        while (true) {
            long held = balance.get();
            if (held < TOKEN) {
                return false;
            }
            if (balance.compareAndSet(held, held - TOKEN)) {
                return true;
            }
        }
    }

    /** How many retries are left, rounded down. */
    public long available() {
        refill();
        return balance.get() / TOKEN;
    }

    private void refill() {
        long last = refilledNanos.get();
        long now = nanoClock.getAsLong();
        long elapsedMicros = Math.min((now - last) / 1000, 10_000_000);
        // A token is a million parts and a second a million microseconds.
        long earned = elapsedMicros * minimumPerSecond;
        if (earned > 0 && refilledNanos.compareAndSet(last, now)) {
            add(earned);
        }
    }

    private void add(long amount) {
        balance.getAndUpdate(held -> Math.min(capacity, held + amount));
    }
}
