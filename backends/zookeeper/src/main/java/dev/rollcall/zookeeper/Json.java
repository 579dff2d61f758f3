package dev.rollcall.zookeeper;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON that others may have written: read field by field, within limits. Stateless. */
final class Json {
    /** No reader of these layouts needs as much; ZooKeeper's own limit is 1 MiB. */
    static final int MAX_BYTES = 1 << 20;

    private static final int MAX_DEPTH = 32;
    private static final int MAX_STRING_CHARS = 1 << 17;

    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_STRING_CHARS)
                    .build())
            // field names come from the network: they don't go into the JVM's table of strings
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private Json() {}

    /** Takes up one field, its value being the current token; what it leaves is skipped. */
    @FunctionalInterface
    interface Field {
        void read(JsonParser in, String name) throws IOException;
    }

    /**
     * Reads bytes that are one object.
     *
     * @throws InstanceReader.MalformedException if they are not, or too many
     */
    static void read(byte[] bytes, Field field) throws InstanceReader.MalformedException {
        if (bytes.length > MAX_BYTES) {
            throw new InstanceReader.MalformedException(bytes.length + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        try (JsonParser in = FACTORY.createParser(bytes)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new InstanceReader.MalformedException("not a JSON object");
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                in.nextToken();
                field.read(in, name);
                in.skipChildren();
            }
            if (in.currentToken() != JsonToken.END_OBJECT || in.nextToken() != null) {
                throw new InstanceReader.MalformedException("more than one JSON object");
            }
        } catch (IOException e) {
            throw new InstanceReader.MalformedException("not JSON: " + firstLine(e));
        }
    }

    /** Takes an object's strings, numbers and booleans as text. */
    static void readScalars(JsonParser in, Map<String, String> into) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            JsonToken value = in.nextToken();
            if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
                into.put(name, in.getText());
            } else {
                in.skipChildren();
            }
        }
    }

    static @Nullable String text(JsonParser in) throws IOException {
        return in.currentToken() == JsonToken.VALUE_STRING ? in.getText() : null;
    }

    static @Nullable Integer number(JsonParser in) throws IOException {
        return in.currentToken() == JsonToken.VALUE_NUMBER_INT && in.getNumberType() == JsonParser.NumberType.INT
                ? in.getIntValue()
                : null;
    }

    private static String firstLine(IOException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
