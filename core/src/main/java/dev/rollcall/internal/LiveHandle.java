package dev.rollcall.internal;

import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Subscription;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** One caller's hold on a shared live value: its listeners end with it, and the value when the last hold is given up. */
class LiveHandle<T> implements Live<T> {
    private final String what;
    private final Observed<Reading<T>> reading;
    private final Executor listenerExecutor;
    private final Runnable release;
    private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    LiveHandle(String what, Observed<Reading<T>> reading, Executor listenerExecutor, Runnable release) {
        this.what = what;
        this.reading = reading;
        this.listenerExecutor = listenerExecutor;
        this.release = release;
    }

    @Override
    public final Reading<T> reading() {
        return reading.value();
    }

    @Override
    public final T awaitKnown(Duration atMost) throws InterruptedException {
        reading.await(now -> isOver() || now.value().isPresent(), atMost);
        Reading<T> now = reading.value();
        if (now instanceof Reading.Pending<T> pending) {
            if (isOver()) {
                throw new CancellationException(what + " was closed");
            }
            throw Observed.late(what + " is not known", atMost, pending.cause());
        }
        return now.value().orElseThrow();
    }

    /** Whether this hold was given up, or the whole client closed. */
    private boolean isOver() {
        return closed || reading.hasEnded();
    }

    @Override
    public final Subscription listen(Consumer<? super Reading<T>> listener) {
        return listen(listenerExecutor, listener);
    }

    @Override
    public final Subscription listen(Executor executor, Consumer<? super Reading<T>> listener) {
        return keep(reading.listen(executor, listener));
    }

    @Override
    public final void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        subscriptions.forEach(Subscription::close);
        subscriptions.clear();
        reading.wakeWaiters();
        release.run();
    }

    final Executor listenerExecutor() {
        return listenerExecutor;
    }

    /** Ties a subscription's life to this handle's. */
    final Subscription keep(Subscription subscription) {
        subscriptions.add(subscription);
        if (closed) {
            subscription.close();
        }
        return () -> {
            subscriptions.remove(subscription);
            subscription.close();
        };
    }
}
