package dev.rollcall.internal;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.ConfigRange;
import dev.rollcall.spi.ConfigSink;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.ConfigValue;
import dev.rollcall.spi.EventLoop;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads a range by beginning to watch it and ending that with the first report. So a backend needs one way to read, and a question waits, as
 * a watch does, for a connection that comes back in time. Safe for use by many threads.
 */
final class FirstReport implements ConfigSink {
    private final CompletableFuture<Map<String, ConfigValue>> entries = new CompletableFuture<>();
    private volatile @Nullable StoreException trouble;

    private FirstReport() {}

    static CompletableFuture<Map<String, ConfigValue>> of(
            ConfigRange range, ConfigStore store, EventLoop loop, Duration timeout) {
        FirstReport report = new FirstReport();
        EventLoop.Timer deadline = loop.schedule(timeout, () -> report.expire(range, timeout));
        Backend.Watch watch = store.watch(range, report);
        var unused = report.entries.whenComplete((all, failure) -> {
            deadline.close();
            watch.close();
        });
        return report.entries;
    }

    @Override
    public void entries(Map<String, ConfigValue> all, long revision) {
        entries.complete(all);
    }

    @Override
    public void interrupted(StoreException cause) {
        trouble = cause;
        if (!cause.concernsWholeStore()) {
            entries.completeExceptionally(cause);
        }
    }

    @Override
    public void resumed() {
        // a report comes first
    }

    private void expire(ConfigRange range, Duration timeout) {
        StoreException cause = trouble;
        entries.completeExceptionally(new StoreException(
                cause == null ? Kind.TIMEOUT : cause.kind(),
                range + " could not be read within " + timeout.toMillis() + " ms: "
                        + (cause == null ? "the store has not answered" : cause.getMessage()),
                cause));
    }
}
