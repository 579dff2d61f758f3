package dev.rollcall.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for a signal that asks this process to end. */
final class StopSignal {
    private final CompletableFuture<Signals> stopped = new CompletableFuture<>();

    private StopSignal() {}

    /** From now on SIGTERM, SIGINT and SIGHUP no longer end this process on their own. */
    static StopSignal install() {
        return install(() -> {});
    }

    /** @param action run at the first of the signals, on a thread of its own */
    static StopSignal install(Runnable action) {
        StopSignal stop = new StopSignal();
        for (Signals signal : Signals.values()) {
            signal.handle(() -> {
                if (stop.stopped.complete(signal)) {
                    action.run();
                }
            });
        }
        return stop;
    }

    /** Waits for the signal. */
    void await() throws InterruptedException {
        try {
            stopped.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for the signal for so long, and tells whether it came. */
    boolean await(Duration atMost) throws InterruptedException {
        try {
            stopped.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a shell reports for a process that this signal ended; call after it came. */
    int exitCode() {
        return stopped.join().exitCode();
    }
}
