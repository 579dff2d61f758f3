package dev.rollcall.internal;

import static java.util.Objects.requireNonNull;

import dev.rollcall.InstanceOverride;
import dev.rollcall.Live;
import dev.rollcall.OverrideRequest;
import dev.rollcall.Overrides;
import dev.rollcall.config.ConfigEntry;
import dev.rollcall.spi.ConfigValue;
import dev.rollcall.spi.EventLoop;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client's way to what operators ask of instances. Safe for use by many threads. */
final class OpenOverrides implements Overrides {
    private static final Logger log = LoggerFactory.getLogger(OpenOverrides.class);

    /** How many that are over are deleted with each that is written. */
    private static final int MAX_SWEPT = 100;

    private final OpenConfig config;
    private final EventLoop loop;

    OpenOverrides(OpenConfig config, EventLoop loop) {
        this.config = config;
        this.loop = loop;
    }

    @Override
    public CompletableFuture<InstanceOverride> set(String service, String id, OverrideRequest request) {
        requireNonNull(request, "request");
        String key = OverrideEntry.key(service, id);
        Instant now = loop.now().truncatedTo(ChronoUnit.MILLIS);
        InstanceOverride override = new InstanceOverride(
                request.status(), request.weight(), now, now.plus(request.lasting()), request.by());
        return config.write(key, OverrideEntry.encode(override)).thenApply(written -> {
            sweep(now);
            return override;
        });
    }

    @Override
    public CompletableFuture<Boolean> clear(String service, String id) {
        return config.delete(OverrideEntry.key(service, id));
    }

    @Override
    public Live<SortedMap<String, InstanceOverride>> follow() {
        return config.follow(OverrideEntry.ALL, new ByInstance(loop::now));
    }

    /** Deletes what is over. Only those who write may delete: owners need no permission to write configuration. */
    private void sweep(Instant now) {
        try {
            var unused = config.list(OverrideEntry.ALL.path())
                    .thenAccept(entries -> over(entries, now).forEach(this::delete))
                    .exceptionally(failure -> {
                        log.debug("overrides that are over can't be listed; the next one written tries again", failure);
                        return null;
                    });
        } catch (IllegalStateException closed) {
            log.debug("closed before overrides that are over were deleted", closed);
        }
    }

    private static List<ConfigEntry> over(List<ConfigEntry> entries, Instant now) {
        return entries.stream()
                .filter(entry -> isOver(entry, now))
                .limit(MAX_SWEPT)
                .toList();
    }

    private static boolean isOver(ConfigEntry entry, Instant now) {
        try {
            return !now.isBefore(OverrideEntry.decode(entry.text()).until());
        } catch (IllegalArgumentException unreadable) {
            return false; // people are to see it
        }
    }

    private void delete(ConfigEntry over) {
        try {
            var unused = config.delete(over.key(), over.revision()).exceptionally(failure -> {
                log.debug("{} is over, but stays: {}", over.key(), failure.getMessage());
                return null;
            });
        } catch (IllegalStateException closed) {
            log.debug("closed before {} was deleted", over.key(), closed);
        }
    }

    /** By the instance rather than by the key. */
    private static final class ByInstance extends Decoding<SortedMap<String, InstanceOverride>> {
        private final OfPrefix<InstanceOverride> entries;

        ByInstance(Supplier<Instant> clock) {
            super(clock);
            entries = new OfPrefix<>(OverrideEntry::decode, clock);
        }

        @Override
        Best<SortedMap<String, InstanceOverride>> best(SortedMap<String, ConfigValue> written, long revision) {
            Best<SortedMap<String, InstanceOverride>> all = entries.best(written, revision);
            SortedMap<String, InstanceOverride> byInstance = new TreeMap<>();
            requireNonNull(all.value(), "a prefix always has a value").forEach((key, override) -> {
                String instance = OverrideEntry.instanceOf(key);
                if (instance != null) {
                    byInstance.put(instance, override);
                }
            });
            return new Best<>(Collections.unmodifiableSortedMap(byInstance), all.revision(), all.failure());
        }
    }
}
