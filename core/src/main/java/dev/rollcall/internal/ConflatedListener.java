package dev.rollcall.internal;

import dev.rollcall.Subscription;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a listener's call on an executor, one at a time, however often it is signalled: signals that come while a call waits or
 * runs are answered by one more call. So a slow listener costs one queued task, and delays nobody.
 */
final class ConflatedListener implements Subscription {
    private static final Logger log = LoggerFactory.getLogger(ConflatedListener.class);

    private final Executor executor;
    private final Runnable call;
    private final Runnable onClose;
    private final AtomicInteger signals = new AtomicInteger();
    private volatile boolean closed;

    ConflatedListener(Executor executor, Runnable call, Runnable onClose) {
        this.executor = executor;
        this.call = call;
        this.onClose = onClose;
    }

    void signal() {
        if (!closed && signals.getAndIncrement() == 0) {
            submit();
        }
    }

    private void submit() {
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException e) {
            log.warn("a listener's executor refuses tasks; the listener is told nothing more", e);
            close();
        }
    }

    private void run() {
        int answered = signals.get();
        if (!closed) {
            try {
                call.run();
            } catch (RuntimeException | Error e) {
                log.error("a listener failed; it will be told the next change", e);
            }
        }
        if (!signals.compareAndSet(answered, 0) && !closed) {
            submit();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            onClose.run();
        }
    }
}
