package dev.rollcall.console;

import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.config.Config;
import dev.rollcall.config.ConfigEntry;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The configuration in the registry: a live list of keys for those who look, and texts one at a time. Confined to the board's thread. */
final class ConfigBrowser implements AutoCloseable {
    /** More keys than these are counted, and not listed. */
    static final int MAX_LISTED = 5_000;

    private static final int PREVIEW_CHARS = 100;

    private final Rollcall rollcall;
    private final Executor board;
    private final Runnable changed;
    private @Nullable Live<SortedMap<String, String>> live;
    private String refusal = "";

    /** @param changed told when the list is another */
    ConfigBrowser(Rollcall rollcall, Executor board, Runnable changed) {
        this.rollcall = rollcall;
        this.board = board;
        this.changed = changed;
    }

    /** Follows the keys as long as somebody looks at them. */
    void follow(boolean wanted) {
        if (!wanted) {
            close();
        } else if (live == null) {
            try {
                Live<SortedMap<String, String>> following = rollcall.config().followPrefix("", text -> text);
                live = following;
                refusal = "";
                following.listen(board, reading -> changed.run());
            } catch (UnsupportedOperationException | IllegalArgumentException | IllegalStateException e) {
                refusal = String.valueOf(e.getMessage());
                changed.run();
            }
        }
    }

    /** The keys as they are known now, and how their texts begin. */
    Buffer message() {
        Live<SortedMap<String, String>> following = live;
        if (following == null) {
            return EventText.event("config", json -> {
                json.writeStringField("freshness", "refused");
                json.writeStringField("why", refusal);
                json.writeNumberField("more", 0);
                json.writeArrayFieldStart("entries");
                json.writeEndArray();
            });
        }
        Reading<SortedMap<String, String>> reading = following.reading();
        Freshness freshness = Freshness.of(reading);
        Map<String, String> entries =
                reading.value().isPresent() ? reading.value().get() : Map.of();
        return EventText.event("config", json -> {
            json.writeStringField("freshness", freshness.state().name().toLowerCase(Locale.ROOT));
            json.writeNumberField("since", freshness.sinceMillis());
            json.writeStringField("why", freshness.why());
            json.writeNumberField("more", Math.max(0, entries.size() - MAX_LISTED));
            json.writeArrayFieldStart("entries");
            int listed = 0;
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                if (listed++ == MAX_LISTED) {
                    break;
                }
                json.writeStartObject();
                json.writeStringField("key", entry.getKey());
                json.writeNumberField("chars", entry.getValue().length());
                json.writeStringField("preview", preview(entry.getKey(), entry.getValue()));
                // So that a page that shows the text knows when to ask for it again.
                json.writeStringField(
                        "tag", Integer.toHexString(entry.getValue().hashCode()));
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /**
     * What is written at a key now.
     *
     * @param reveal whether to show what looks like a secret
     * @return empty if nothing is written there
     */
    CompletableFuture<Optional<Buffer>> read(String key, boolean reveal) {
        Config config;
        try {
            config = rollcall.config();
            return config.read(key).thenApply(found -> found.map(entry -> text(entry, reveal)));
        } catch (UnsupportedOperationException | IllegalArgumentException | IllegalStateException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void close() {
        if (live != null) {
            live.close();
            live = null;
        }
    }

    private static String preview(String key, String text) {
        // Masked as a whole, as a cut could part a secret from its name.
        String masked = SecretMask.mask(key, text).strip();
        int end = Math.min(masked.length(), PREVIEW_CHARS);
        return masked.substring(0, end).replace('\n', ' ');
    }

    private static Buffer text(ConfigEntry entry, boolean reveal) {
        String masked = SecretMask.mask(entry.key(), entry.text());
        return EventText.object(json -> {
            json.writeStringField("key", entry.key());
            json.writeNumberField("revision", entry.revision());
            json.writeBooleanField("masked", !reveal && !masked.equals(entry.text()));
            json.writeStringField("text", reveal ? entry.text() : masked);
        });
    }
}
