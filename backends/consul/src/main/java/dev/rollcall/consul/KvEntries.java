package dev.rollcall.consul;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.ConfigValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads what {@code /v1/kv} and {@code /v1/txn} answer: keys with their values and {@code ModifyIndex}. Stateless. */
final class KvEntries {
    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] NOTHING = {};

    private KvEntries() {}

    /**
     * The entries of {@code /v1/kv} whose keys begin with {@code root}, by the rest of the key; those that are only a folder left out.
     *
     * @throws IOException if it isn't JSON of the expected form
     */
    static Map<String, ConfigValue> of(Answer answer, String root) throws IOException {
        Map<String, ConfigValue> entries = new TreeMap<>();
        if (answer.isEmpty()) {
            return entries;
        }
        try (JsonParser json = JSON.createParser(answer.body())) {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                throw new IOException("not a JSON array");
            }
            while (json.nextToken() == JsonToken.START_OBJECT) {
                entry(json, root, entries);
            }
        }
        return entries;
    }

    /**
     * What {@code /v1/kv/…?keys} answers.
     *
     * @throws IOException if it isn't JSON of the expected form
     */
    static List<String> keys(Answer answer) throws IOException {
        List<String> keys = new ArrayList<>();
        if (!answer.isOk() || answer.isEmpty()) {
            return keys;
        }
        try (JsonParser json = JSON.createParser(answer.body())) {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                throw new IOException("not a JSON array");
            }
            while (json.nextToken() == JsonToken.VALUE_STRING) {
                keys.add(json.getText());
            }
        }
        return keys;
    }

    /**
     * The revision that a transaction of one write has given its key.
     *
     * @throws IOException if it isn't JSON of the expected form
     */
    static long revisionWritten(Answer answer) throws IOException {
        try (JsonParser json = JSON.createParser(answer.body())) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.FIELD_NAME && json.currentName().equals("ModifyIndex")) {
                    json.nextToken();
                    return json.getLongValue();
                }
            }
        }
        throw new IOException("no ModifyIndex");
    }

    private static void entry(JsonParser json, String root, Map<String, ConfigValue> entries) throws IOException {
        String key = "";
        byte[] value = NOTHING;
        long revision = ConfigStore.ABSENT;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken token = json.nextToken();
            switch (name) {
                case "Key" -> key = json.getText();
                case "Value" -> value = token == JsonToken.VALUE_NULL ? NOTHING : json.getBinaryValue();
                case "ModifyIndex" -> revision = json.getLongValue();
                default -> json.skipChildren();
            }
        }
        if (key.startsWith(root) && !key.endsWith("/")) {
            entries.put(key.substring(root.length()), ConfigValue.of(value, revision));
        }
    }
}
