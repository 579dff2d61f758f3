package dev.rollcall.consul;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads Consul's answers, and skips in them what it doesn't know. Stateless; every method throws {@link IOException} for what isn't JSON
 * of the expected form.
 */
final class CatalogReader {
    private static final JsonFactory JSON = new JsonFactory();

    private CatalogReader() {}

    /** A field of an object: its name, the parser being at its value. */
    @FunctionalInterface
    private interface Field {
        void read(String name, JsonParser json) throws IOException;
    }

    /** {@code /v1/health/service/{name}}. */
    static List<CatalogEntry> healthOfService(byte[] body) throws IOException {
        List<CatalogEntry> entries = new ArrayList<>();
        try (JsonParser json = JSON.createParser(body)) {
            json.nextToken();
            array(json, () -> {
                CatalogEntry entry = new CatalogEntry();
                object(json, (name, at) -> {
                    switch (name) {
                        case "Node" -> object(at, (field, value) -> node(entry, field, value));
                        case "Service" -> object(at, (field, value) -> service(entry, field, value));
                        case "Checks" -> checks(entry, at);
                        default -> at.skipChildren();
                    }
                });
                entries.add(entry);
            });
            end(json);
        }
        return entries;
    }

    /** {@code /v1/agent/health/service/id/{id}}; null if the agent has no such service. */
    static @Nullable CatalogEntry agentHealth(byte[] body) throws IOException {
        CatalogEntry entry = new CatalogEntry();
        try (JsonParser json = JSON.createParser(body)) {
            json.nextToken();
            object(json, (name, at) -> {
                switch (name) {
                    case "Service" -> object(at, (field, value) -> service(entry, field, value));
                    case "Checks" -> checks(entry, at);
                    default -> at.skipChildren();
                }
            });
            end(json);
        }
        return entry.id.isEmpty() ? null : entry;
    }

    /** The names in {@code /v1/catalog/services} that have all these tags. */
    static Set<String> serviceNames(byte[] body, Collection<String> tags) throws IOException {
        Set<String> names = new LinkedHashSet<>();
        try (JsonParser json = JSON.createParser(body)) {
            json.nextToken();
            object(json, (name, at) -> {
                Set<String> found = new HashSet<>();
                array(at, () -> found.add(text(at)));
                if (found.containsAll(tags)) {
                    names.add(name);
                }
            });
            end(json);
        }
        return names;
    }

    /**
     * {@code /v1/health/state/any}: hands over the service's name, empty for a check of a whole node, and a number that
     * differs when the check does.
     */
    static void checks(byte[] body, BiConsumer<String, Long> reader) throws IOException {
        try (JsonParser json = JSON.createParser(body)) {
            json.nextToken();
            String[] service = new String[1];
            long[] mark = new long[1];
            array(json, () -> {
                service[0] = "";
                mark[0] = 17;
                object(json, (name, at) -> {
                    switch (name) {
                        case "ServiceName" -> service[0] = text(at);
                        case "Node", "CheckID", "Status", "ModifyIndex" ->
                            mark[0] = mark[0] * 0x9E3779B97F4A7C15L + text(at).hashCode();
                        default -> at.skipChildren();
                    }
                });
                reader.accept(service[0], mark[0] ^ (mark[0] >>> 32));
            });
            end(json);
        }
    }

    private static void node(CatalogEntry entry, String field, JsonParser json) throws IOException {
        switch (field) {
            case "Node" -> entry.node = text(json);
            case "Address" -> entry.nodeAddress = text(json);
            default -> json.skipChildren();
        }
    }

    private static void service(CatalogEntry entry, String field, JsonParser json) throws IOException {
        switch (field) {
            case "ID" -> entry.id = text(json);
            case "Service" -> entry.name = text(json);
            case "Address" -> entry.address = text(json);
            case "Port" -> entry.port = json.getValueAsInt();
            case "ModifyIndex" -> entry.modifyIndex = json.getValueAsLong();
            case "Tags" -> entry.tags = tags(json);
            case "Meta" -> object(json, (key, value) -> entry.meta.put(key, text(value)));
            case "Weights" ->
                object(json, (name, value) -> {
                    switch (name) {
                        case "Passing" -> entry.passingWeight = value.getValueAsInt(1);
                        case "Warning" -> entry.warningWeight = value.getValueAsInt(1);
                        default -> value.skipChildren();
                    }
                });
            case "TaggedAddresses" -> object(json, (tag, value) -> taggedAddress(entry, value));
            default -> json.skipChildren();
        }
    }

    private static void taggedAddress(CatalogEntry entry, JsonParser json) throws IOException {
        object(json, (name, value) -> {
            if (name.equals("Address") && text(value).contains("://")) {
                entry.urls.add(text(value));
            } else {
                value.skipChildren();
            }
        });
    }

    private static List<String> tags(JsonParser json) throws IOException {
        List<String> tags = new ArrayList<>();
        array(json, () -> tags.add(text(json)));
        return tags.isEmpty() ? List.of() : tags;
    }

    private static void checks(CatalogEntry entry, JsonParser json) throws IOException {
        array(json, () -> {
            String[] found = {"", ""};
            object(json, (name, value) -> {
                switch (name) {
                    case "CheckID" -> found[0] = text(value);
                    case "Status" -> found[1] = text(value);
                    default -> value.skipChildren();
                }
            });
            entry.checks.add(new CatalogEntry.Check(found[0], found[1]));
        });
    }

    /** What a value of an array is read by, the parser being at it. */
    @FunctionalInterface
    private interface Element {
        void read() throws IOException;
    }

    /** Go writes an empty list as {@code null} now and then. */
    private static void array(JsonParser json, Element element) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new IOException("not a JSON array");
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == null) {
                throw new IOException("an array without an end");
            }
            element.read();
        }
    }

    private static void object(JsonParser json, Field field) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new IOException("not a JSON object");
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            field.read(name, json);
        }
        if (json.currentToken() != JsonToken.END_OBJECT) {
            throw new IOException("an object without an end");
        }
    }

    private static void end(JsonParser json) throws IOException {
        if (json.nextToken() != null) {
            throw new IOException("more than one JSON value");
        }
    }

    private static String text(JsonParser json) throws IOException {
        if (json.currentToken().isStructStart()) {
            throw new IOException("an object or array where a text was expected");
        }
        return json.currentToken() == JsonToken.VALUE_NULL ? "" : json.getText();
    }
}
