package dev.rollcall.internal;

import dev.rollcall.Reading;
import dev.rollcall.StoreException;
import dev.rollcall.config.Decoder;
import dev.rollcall.spi.ConfigValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes of what is written what is read: values that never get worse. Remembers what was good; one call at a time.
 *
 * @param <T> the type of what is read
 */
abstract class Decoding<T> {
    private final Supplier<Instant> clock;

    /** The best value there is, and what keeps it from being the latest. */
    record Best<T>(
            @Nullable T value, long revision, @Nullable StoreException failure) {}

    Decoding(Supplier<Instant> clock) {
        this.clock = clock;
    }

    abstract Best<T> best(SortedMap<String, ConfigValue> written, long revision);

    /** The next reading, given what is written and the reading before. */
    final Reading<T> next(Reading<SortedMap<String, ConfigValue>> written, Reading<T> before) {
        if (written instanceof Reading.Fresh<SortedMap<String, ConfigValue>> fresh) {
            Best<T> best = best(fresh.known(), fresh.revision());
            return reading(best, best.failure, before, clock);
        }
        if (written instanceof Reading.Stale<SortedMap<String, ConfigValue>> stale) {
            return reading(best(stale.known(), stale.revision()), stale.cause(), before, stale::since);
        }
        Reading.Pending<SortedMap<String, ConfigValue>> pending =
                (Reading.Pending<SortedMap<String, ConfigValue>>) written;
        return new Reading.Pending<>(pending.since(), pending.cause());
    }

    private static <T> Reading<T> reading(
            Best<T> best, @Nullable StoreException cause, Reading<T> before, Supplier<Instant> now) {
        T value = best.value;
        if (value == null) {
            Instant since = before instanceof Reading.Pending<T> pending ? pending.since() : now.get();
            return new Reading.Pending<>(since, cause);
        }
        if (cause == null) {
            return new Reading.Fresh<>(value, best.revision);
        }
        Instant since = before instanceof Reading.Stale<T> stale ? stale.since() : now.get();
        return new Reading.Stale<>(value, best.revision, since, cause);
    }

    /** One key. */
    static final class OfKey<T> extends Decoding<T> {
        private final String key;
        private final @Nullable T whenAbsent;
        private final DecodedEntry<T> entry;

        OfKey(String key, Decoder<T> decoder, @Nullable T whenAbsent, Supplier<Instant> clock) {
            super(clock);
            this.key = key;
            this.whenAbsent = whenAbsent;
            this.entry = new DecodedEntry<>(key, decoder);
        }

        @Override
        Best<T> best(SortedMap<String, ConfigValue> written, long revision) {
            ConfigValue value = written.get(key);
            if (value != null) {
                entry.take(value);
            } else if (whenAbsent != null) {
                entry.takeAbsence(whenAbsent, revision);
            } else {
                entry.takeAbsence();
            }
            return new Best<>(entry.good(), entry.goodRevision(), entry.failure());
        }
    }

    /** The keys below a prefix. */
    static final class OfPrefix<T> extends Decoding<SortedMap<String, T>> {
        private final Decoder<T> decoder;
        private final SortedMap<String, DecodedEntry<T>> entries = new TreeMap<>();

        OfPrefix(Decoder<T> decoder, Supplier<Instant> clock) {
            super(clock);
            this.decoder = decoder;
        }

        @Override
        Best<SortedMap<String, T>> best(SortedMap<String, ConfigValue> written, long revision) {
            entries.keySet().retainAll(written.keySet());
            SortedMap<String, T> values = new TreeMap<>();
            List<StoreException> failures = new ArrayList<>();
            written.forEach((key, value) -> {
                DecodedEntry<T> entry = entries.computeIfAbsent(key, name -> new DecodedEntry<>(name, decoder));
                entry.take(value);
                T good = entry.good();
                if (good != null) {
                    values.put(key, good);
                }
                StoreException failure = entry.failure();
                if (failure != null) {
                    failures.add(failure);
                }
            });
            return new Best<>(Collections.unmodifiableSortedMap(values), revision, together(failures));
        }

        private static @Nullable StoreException together(List<StoreException> failures) {
            if (failures.size() <= 1) {
                return failures.isEmpty() ? null : failures.get(0);
            }
            StoreException first = failures.get(0);
            int others = failures.size() - 1;
            return new StoreException(
                    first.kind(),
                    first.getMessage() + " (and " + others + " other " + (others == 1 ? "key" : "keys") + ")",
                    first);
        }
    }
}
