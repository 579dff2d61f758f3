package dev.rollcall.cli;

import dev.rollcall.Reading;
import dev.rollcall.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to configuration that is watched. Immutable.
 *
 * @param name {@code written}, {@code deleted}, {@code stale} or {@code fresh}
 * @param key the key; of a change of freshness what is watched
 * @param detail the text that was written, or why the values are stale; null for none
 * @param since when stale values were current; null for none
 */
record ConfigEvent(
        String name,
        String key,
        @Nullable String detail,
        @Nullable Instant since) {

    /** Turns readings into events. Not safe for use by many threads. */
    static final class Source {
        private final String watched;
        private SortedMap<String, String> known = new TreeMap<>();
        private String freshness = "";

        /** @param watched the key or the prefix */
        Source(String watched) {
            this.watched = watched;
        }

        /** What happened between the reading before and this one. */
        List<ConfigEvent> advance(Reading<SortedMap<String, String>> reading) {
            List<ConfigEvent> events = new ArrayList<>();
            reading.value().ifPresent(now -> {
                now.forEach((key, text) -> {
                    if (!text.equals(known.get(key))) {
                        events.add(new ConfigEvent("written", key, text, null));
                    }
                });
                known.keySet().stream()
                        .filter(key -> !now.containsKey(key))
                        .forEach(key -> events.add(new ConfigEvent("deleted", key, null, null)));
                known = now;
            });
            if (reading instanceof Reading.Stale<SortedMap<String, String>> stale) {
                StoreException cause = stale.cause();
                if (!freshness.equals(cause.getMessage())) {
                    freshness = String.valueOf(cause.getMessage());
                    events.add(new ConfigEvent("stale", watched, freshness, stale.since()));
                }
            } else if (reading instanceof Reading.Fresh && !freshness.equals("fresh")) {
                freshness = "fresh";
                events.add(new ConfigEvent("fresh", watched, null, null));
            }
            return events;
        }
    }
}
