package dev.rollcall.internal;

import dev.rollcall.StoreException;
import dev.rollcall.Subscription;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A value with one writer, the event loop, and many readers, who may also wait for it or listen to it.
 *
 * @param <V> the value's type, immutable
 */
final class Observed<V> {
    private final Set<ConflatedListener> listeners = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile V value;
    private volatile boolean ended;

    Observed(V value) {
        this.value = value;
    }

    V value() {
        return value;
    }

    void set(V value) {
        this.value = value;
        wakeWaiters();
        for (ConflatedListener listener : listeners) {
            listener.signal();
        }
    }

    /** Says that there will be no other value, to those who wait for one. */
    void end() {
        ended = true;
        wakeWaiters();
    }

    boolean hasEnded() {
        return ended;
    }

    /** Makes those who wait look again, for a condition that lies outside the value. */
    void wakeWaiters() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the value, or something that {@link #wakeWaiters} is called for, fulfils the condition; false if it didn't in time. */
    boolean await(Predicate<? super V> condition, Duration atMost) throws InterruptedException {
        long nanos = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            while (!condition.test(value)) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = changed.awaitNanos(nanos);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** What is thrown to whoever has waited in vain; {@code cause} says what stood in the way, if anything is known of it. */
    static StoreException late(String what, Duration atMost, @Nullable StoreException cause) {
        return new StoreException(
                cause == null ? StoreException.Kind.TIMEOUT : cause.kind(),
                what + " after " + atMost.toMillis() + " ms: "
                        + (cause == null ? "the store has not answered" : cause.getMessage())
                        + "; Rollcall goes on trying",
                cause);
    }

    /** Tells the current value at once, then each other one. */
    Subscription listen(Executor executor, Consumer<? super V> listener) {
        return listenToChange(executor, (before, now) -> listener.accept(now));
    }

    /** As {@link #listen}, with the value that was told before, null at first. */
    Subscription listenToChange(Executor executor, ChangeListener<V> listener) {
        var call = new Runnable() {
            // Calls come one at a time, and the executor hands over from one to the next.
            private @Nullable V told;

            @Override
            public void run() {
                V now = value;
                V before = told;
                if (now != before) {
                    told = now;
                    listener.changed(before, now);
                }
            }
        };
        ConflatedListener[] self = new ConflatedListener[1];
        ConflatedListener subscription = new ConflatedListener(executor, call, () -> listeners.remove(self[0]));
        self[0] = subscription;
        listeners.add(subscription);
        subscription.signal();
        return subscription;
    }

    /** Told the value before, null at the first call, and the value now. */
    @FunctionalInterface
    interface ChangeListener<V> {
        void changed(@Nullable V before, V now);
    }
}
