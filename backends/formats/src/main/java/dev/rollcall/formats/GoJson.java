package dev.rollcall.formats;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.rollcall.spi.Interner;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as Go's {@code encoding/json} writes it, and as tolerant as that reads it. Limits: what {@link #MAX_BYTES} and {@link #MAX_DEPTH} say. */
final class GoJson {
    static final int MAX_BYTES = 512 * 1024;
    static final int MAX_DEPTH = 32;

    private static final int MAX_NAME_CHARS = 1024;
    private static final int MAX_NUMBER_CHARS = 100;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(MAX_BYTES)
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNameLength(MAX_NAME_CHARS)
                    .maxStringLength(MAX_BYTES)
                    .maxNumberLength(MAX_NUMBER_CHARS)
                    .build())
            .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
            .build()
            .setCharacterEscapes(new GoEscapes());

    private GoJson() {}

    /** Writes what belongs between the braces of an object. */
    @FunctionalInterface
    interface FieldWriter {
        void write(JsonGenerator json) throws IOException;
    }

    /** Reads an object that the parser stands at the beginning of. */
    @FunctionalInterface
    private interface Fields {
        void read(JsonParser json) throws IOException;
    }

    /** Takes up one field, its value being the current token, or skips it. */
    @FunctionalInterface
    interface FieldReader {
        void read(String lowerCaseName, JsonParser json) throws IOException;
    }

    static byte[] object(FieldWriter fields) {
        // as text first: straight to bytes, characters beyond the basic plane would be escaped, which Go doesn't
        StringWriter text = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A nil map is {@code null} in Go. */
    static void write(JsonGenerator json, String name, Map<String, String> entries) throws IOException {
        if (entries.isEmpty()) {
            json.writeNullField(name);
            return;
        }
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, String> entry : entries.entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }

    /**
     * Reads a value that is one object.
     *
     * @throws IllegalArgumentException if it is not, or is too large; or from the reader of fields
     */
    static void read(byte[] value, FieldReader fields) {
        readObject(value, json -> fields(json, fields));
    }

    /** Reads a value that is one object as {@link #entries(JsonParser, Interner)}. */
    static Map<String, String> entries(byte[] value, Interner strings) {
        Map<String, String> entries = new HashMap<>();
        readObject(value, json -> entries.putAll(entries(json, strings)));
        return entries;
    }

    private static void readObject(byte[] value, Fields fields) {
        if (value.length > MAX_BYTES) {
            throw new IllegalArgumentException("value: " + value.length + " bytes (expected: up to " + MAX_BYTES + ")");
        }
        try (JsonParser json = JSON.createParser(value)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("not a JSON object");
            }
            fields.read(json);
            if (json.nextToken() != null) {
                throw new IllegalArgumentException("more than one JSON value");
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON: " + e.getMessage(), e);
        }
    }

    /** Reads the fields of the object that the parser stands at the beginning of. What else it stands at is skipped. */
    static void fields(JsonParser json, FieldReader fields) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName().toLowerCase(Locale.ROOT);
            json.nextToken();
            fields.read(name, json);
        }
    }

    /** A string; empty for {@code null}. */
    static String text(String what, JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return "";
        }
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new IllegalArgumentException(what + ": not a string");
        }
        return json.getText();
    }

    /** An object's values as text, those that are null left out; empty for anything else. */
    static Map<String, String> entries(JsonParser json, Interner strings) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return Map.of();
        }
        return AnyJson.entries(json, JSON, strings);
    }

    /** Go escapes what could end a script in a page, and of the control characters abbreviates three. */
    private static final class GoEscapes extends CharacterEscapes {
        private static final long serialVersionUID = 1;
        private static final int ASCII = 128;

        private final int[] ascii = standardAsciiEscapesForJSON();

        GoEscapes() {
            for (int c = 0; c < ASCII; c++) {
                boolean abbreviated = c == '\n' || c == '\r' || c == '\t' || c == '"' || c == '\\';
                if ((c < ' ' && !abbreviated) || c == '<' || c == '>' || c == '&') {
                    ascii[c] = ESCAPE_CUSTOM;
                }
            }
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii.clone();
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int c) {
            boolean escape = c < ASCII ? ascii[c] == ESCAPE_CUSTOM : c == '\u2028' || c == '\u2029';
            return escape ? escaped(c) : null;
        }

        private static SerializedString escaped(int c) {
            return new SerializedString(String.format(Locale.ROOT, "\\u%04x", c));
        }
    }
}
