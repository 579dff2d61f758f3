package dev.rollcall.consul;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rollcall.spi.ClaimHolder;
import dev.rollcall.spi.ClaimStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The requests around a key that a claim locks by its session, and what is at it. Stateless. */
final class ClaimRequests {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String NO_SESSION = "";
    /** What Consul's own client (Go's {@code api.Lock}, {@code consul lock}) writes beside a lock, and without which it refuses to wait for one. */
    private static final long FLAGS = 0x2ddccbc058a50c18L;

    private ClaimRequests() {}

    /**
     * What is at a key.
     *
     * @param session who has locked it; empty if nobody has
     */
    record State(String session, ClaimHolder holder) {
        boolean isLocked() {
            return !session.isEmpty();
        }
    }

    static Call lock(String key, String data, String session) {
        return transaction(out -> {
            operation(out, "lock", key, session, data.getBytes(StandardCharsets.UTF_8));
        });
    }

    /** Deletes the key if this session has locked it, and so hands it over without a delay. */
    static Call unlock(String key, String session) {
        return transaction(out -> {
            operation(out, "check-session", key, session, null);
            operation(out, "delete", key, NO_SESSION, null);
        });
    }

    static Call look(String key) {
        return Call.get("/v1/kv/" + Call.path(key), "");
    }

    /** What {@link #look} has found. */
    static State state(Answer answer) throws IOException {
        String session = NO_SESSION;
        String data = "";
        long token = 0;
        if (answer.isOk() && !answer.isEmpty()) {
            try (JsonParser json = JSON.createParser(answer.body())) {
                if (json.nextToken() != JsonToken.START_ARRAY) {
                    throw new IOException("not a JSON array");
                }
                json.nextToken();
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    JsonToken value = json.nextToken();
                    switch (name) {
                        case "Session" -> session = json.getText();
                        case "Value" -> data = value == JsonToken.VALUE_NULL ? "" : text(json.getBinaryValue());
                        case "ModifyIndex" -> token = json.getLongValue();
                        default -> json.skipChildren();
                    }
                }
            }
        }
        return new State(session, new ClaimHolder(data, token));
    }

    private static String text(byte[] value) {
        return new String(
                Arrays.copyOf(value, Math.min(value.length, ClaimStore.MAX_DATA_BYTES)), StandardCharsets.UTF_8);
    }

    private static Call transaction(Writer operations) {
        return Call.put("/v1/txn", "", json(out -> {
            out.writeStartArray();
            operations.write(out);
            out.writeEndArray();
        }));
    }

    private static void operation(JsonGenerator out, String verb, String key, String session, byte @Nullable [] value)
            throws IOException {
        out.writeStartObject();
        out.writeObjectFieldStart("KV");
        out.writeStringField("Verb", verb);
        out.writeStringField("Key", key);
        if (!session.isEmpty()) {
            out.writeStringField("Session", session);
        }
        if (value != null) {
            out.writeBinaryField("Value", value);
            out.writeNumberField("Flags", FLAGS);
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    /** What is written. */
    @FunctionalInterface
    private interface Writer {
        void write(JsonGenerator out) throws IOException;
    }

    private static byte[] json(Writer content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            content.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }
}
