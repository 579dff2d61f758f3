package dev.rollcall.internal;

import dev.rollcall.Instance;
import dev.rollcall.InstanceOverride;
import dev.rollcall.Status;
import dev.rollcall.config.ConfigEntry;
import dev.rollcall.spi.ConfigRange;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an override is written among the configuration: where, and as what JSON, such as
 * {@code {"status":"draining","weight":3,"since":"2026-11-22T01:00:00Z","until":"2026-11-22T02:00:00Z","by":"anna"}}. Read tolerantly: other
 * members are passed over, a number may be a string.
 */
final class OverrideEntry {
    static final ConfigRange ALL = ConfigRange.below("rollcall/overrides");

    private static final int MAX_CHARS = 4096;
    private static final String NULL = "null";
    private static final String DRAINING = "draining";
    private static final String OUT_OF_SERVICE = "out-of-service";

    private OverrideEntry() {}

    /** @throws IllegalArgumentException if these can't be an instance's, or are too long together for a key */
    static String key(String service, String id) {
        Instance.requireServiceName(service);
        String key = keyOf(service, id);
        if (id.indexOf('/') >= 0 || !ConfigEntry.isKey(key)) {
            throw new IllegalArgumentException("override of " + Text.quoted(service + "/" + id)
                    + " (expected: the id of an instance, which with its service's name is no longer than "
                    + (ConfigEntry.MAX_KEY_CHARS - ALL.path().length() - 2) + " characters)");
        }
        return key;
    }

    /** The key of an instance that exists; nothing is ever written at one that is too long. */
    static String keyOf(String service, String id) {
        return ALL.path() + "/" + service + "/" + id;
    }

    /** The {@code service/id} that a key is for; null if it is for none. */
    static @Nullable String instanceOf(String key) {
        String instance = key.substring(ALL.path().length() + 1);
        int slash = instance.indexOf('/');
        return slash > 0 && slash == instance.lastIndexOf('/') ? instance : null;
    }

    static String encode(InstanceOverride override) {
        StringBuilder json = new StringBuilder("{");
        Status status = override.status();
        if (status != null) {
            json.append("\"status\":\"")
                    .append(status == Status.DRAINING ? DRAINING : OUT_OF_SERVICE)
                    .append("\",");
        }
        if (override.weight() != null) {
            json.append("\"weight\":").append(override.weight()).append(',');
        }
        json.append("\"since\":\"").append(override.since());
        json.append("\",\"until\":\"").append(override.until());
        return json.append("\",\"by\":")
                .append(JsonMembers.quoted(override.by()))
                .append('}')
                .toString();
    }

    /** @throws IllegalArgumentException if it is no such JSON; the message says what was expected */
    static InstanceOverride decode(String text) {
        if (text.length() > MAX_CHARS) {
            throw new IllegalArgumentException(text.length() + " characters (expected: up to " + MAX_CHARS + ")");
        }
        Map<String, String> members = JsonMembers.scalars(text);
        return new InstanceOverride(
                status(members.get("status")),
                weight(members.get("weight")),
                time("since", members.get("since")),
                time("until", members.get("until")),
                members.getOrDefault("by", ""));
    }

    private static @Nullable Status status(@Nullable String text) {
        if (text == null || text.equals(NULL)) {
            return null;
        }
        return switch (text) {
            case DRAINING -> Status.DRAINING;
            case OUT_OF_SERVICE -> Status.OUT_OF_SERVICE;
            default ->
                throw new IllegalArgumentException(
                        "status: " + Text.quoted(text) + " (expected: " + DRAINING + " or " + OUT_OF_SERVICE + ")");
        };
    }

    private static @Nullable Integer weight(@Nullable String text) {
        if (text == null || text.equals(NULL)) {
            return null;
        }
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "weight: " + Text.quoted(text) + " (expected: 0 to " + Instance.MAX_WEIGHT + ")", e);
        }
    }

    private static Instant time(String name, @Nullable String text) {
        String shown = text == null ? "missing" : Text.quoted(text);
        try {
            return Instant.parse(text == null ? "" : text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    name + ": " + shown + " (expected: a time such as 2026-11-22T01:00:00Z; an override always ends)",
                    e);
        }
    }
}
