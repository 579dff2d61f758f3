package dev.rollcall.internal;

import dev.rollcall.Reading;
import dev.rollcall.StoreException;
import dev.rollcall.config.ConfigEntry;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.ConfigRange;
import dev.rollcall.spi.ConfigSink;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.ConfigValue;
import dev.rollcall.spi.EventLoop;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is written in one range, as bytes, shared by all who follow it. Its one writer is the event loop. Reports that come faster than that
 * reads them are merged, so that at most one waits.
 */
final class WatchedConfig implements ConfigSink {
    private static final Logger log = LoggerFactory.getLogger(WatchedConfig.class);

    private final ConfigRange range;
    private final EventLoop loop;
    private final Observed<Reading<SortedMap<String, ConfigValue>>> reading;
    private final Object lock = new Object();
    private Report pending = new Report();
    private boolean scheduled;
    private boolean foreignTold;
    private Backend.@Nullable Watch watch;
    private volatile boolean closed;

    /** What has been reported since the loop looked last. */
    private static final class Report {
        @Nullable
        Map<String, ConfigValue> entries;

        long revision;
        /** Whether the store is heard at the end; null if nothing was said about it. */
        @Nullable
        Boolean heard;

        @Nullable
        StoreException cause;
    }

    WatchedConfig(ConfigRange range, EventLoop loop) {
        this.range = range;
        this.loop = loop;
        this.reading = new Observed<>(new Reading.Pending<>(loop.now(), null));
    }

    void start(ConfigStore store) {
        watch = store.watch(range, this);
        if (closed) {
            watch.close();
        }
    }

    Observed<Reading<SortedMap<String, ConfigValue>>> reading() {
        return reading;
    }

    void close() {
        closed = true;
        if (watch != null) {
            watch.close();
        }
    }

    @Override
    public void entries(Map<String, ConfigValue> all, long revision) {
        report(report -> {
            report.entries = all;
            report.revision = revision;
            report.heard = true;
        });
    }

    @Override
    public void interrupted(StoreException cause) {
        report(report -> {
            report.heard = false;
            report.cause = cause;
        });
    }

    @Override
    public void resumed() {
        report(report -> report.heard = true);
    }

    private void report(Consumer<Report> news) {
        boolean schedule;
        synchronized (lock) {
            news.accept(pending);
            schedule = !scheduled;
            scheduled = true;
        }
        if (schedule) {
            loop.execute(this::read);
        }
    }

    private void read() {
        Report report;
        synchronized (lock) {
            report = pending;
            pending = new Report();
            scheduled = false;
        }
        Reading<SortedMap<String, ConfigValue>> before = reading.value();
        Reading<SortedMap<String, ConfigValue>> now = next(before, report);
        if (!closed && !now.equals(before)) {
            reading.set(now);
        }
    }

    private Reading<SortedMap<String, ConfigValue>> next(
            Reading<SortedMap<String, ConfigValue>> before, Report report) {
        Reading<SortedMap<String, ConfigValue>> known = before;
        if (report.entries != null) {
            known = new Reading.Fresh<>(ours(report.entries), report.revision);
        }
        StoreException cause = report.cause;
        if (Boolean.FALSE.equals(report.heard) && cause != null) {
            return interrupted(known, cause, loop.now());
        }
        return Boolean.TRUE.equals(report.heard) && known instanceof Reading.Stale<SortedMap<String, ConfigValue>> stale
                ? new Reading.Fresh<>(stale.known(), stale.revision())
                : known;
    }

    private static <V> Reading<V> interrupted(Reading<V> before, StoreException cause, Instant now) {
        if (before instanceof Reading.Fresh<V> fresh) {
            return new Reading.Stale<>(fresh.known(), fresh.revision(), now, cause);
        }
        if (before instanceof Reading.Stale<V> stale) {
            return isSame(stale.cause(), cause)
                    ? before
                    : new Reading.Stale<>(stale.known(), stale.revision(), stale.since(), cause);
        }
        Reading.Pending<V> pending = (Reading.Pending<V>) before;
        return isSame(pending.cause(), cause) ? before : new Reading.Pending<>(pending.since(), cause);
    }

    private static boolean isSame(@Nullable StoreException before, StoreException now) {
        return before != null
                && before.kind() == now.kind()
                && String.valueOf(before.getMessage()).equals(now.getMessage());
    }

    /** In the order of the keys, without those that nobody could have written through Rollcall. */
    private SortedMap<String, ConfigValue> ours(Map<String, ConfigValue> all) {
        SortedMap<String, ConfigValue> sorted = new TreeMap<>(all);
        sorted.keySet().removeIf(key -> {
            boolean foreign = !range.contains(key) || !ConfigEntry.isKey(key);
            if (foreign && !foreignTold) {
                foreignTold = true;
                log.warn(
                        "{}: {} can't be the name of a config key; it is skipped, and so is each other like it",
                        range,
                        Text.quoted(key));
            }
            return foreign;
        });
        return Collections.unmodifiableSortedMap(sorted);
    }
}
