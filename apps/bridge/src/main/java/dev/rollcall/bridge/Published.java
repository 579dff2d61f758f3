package dev.rollcall.bridge;

import dev.rollcall.Subscription;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value with one writer, which others read, wait for and listen to. Safe for use by many threads.
 *
 * @param <V> the value's type, immutable
 */
final class Published<V> {
    private static final Logger log = LoggerFactory.getLogger(Published.class);

    private final Set<Listening> listeners = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile V value;

    Published(V value) {
        this.value = value;
    }

    V value() {
        return value;
    }

    void set(V value) {
        lock.lock();
        try {
            this.value = value;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        listeners.forEach(Listening::signal);
    }

    /** Waits until the value fulfils a condition; false if it didn't in time. */
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

    /** Tells the value at once, then the latest after each change, one call at a time. */
    Subscription listen(Executor executor, Consumer<? super V> listener) {
        Listening listening = new Listening(executor, listener);
        listeners.add(listening);
        listening.signal();
        return listening;
    }

    private final class Listening implements Subscription {
        private final Executor executor;
        private final Consumer<? super V> listener;
        private final AtomicInteger signals = new AtomicInteger();

        Listening(Executor executor, Consumer<? super V> listener) {
            this.executor = executor;
            this.listener = listener;
        }

        void signal() {
            if (signals.getAndIncrement() == 0) {
                submit();
            }
        }

        private void submit() {
            try {
                executor.execute(this::run);
            } catch (RejectedExecutionException e) {
                log.debug("a listener's executor refuses tasks; the listener is told nothing more", e);
                close();
            }
        }

        private void run() {
            int answered = signals.get();
            if (listeners.contains(this)) {
                try {
                    listener.accept(value);
                } catch (RuntimeException | Error e) {
                    log.error("a listener failed; it will be told the next change", e);
                }
            }
            if (!signals.compareAndSet(answered, 0) && listeners.contains(this)) {
                submit();
            }
        }

        @Override
        public void close() {
            listeners.remove(this);
        }
    }
}
