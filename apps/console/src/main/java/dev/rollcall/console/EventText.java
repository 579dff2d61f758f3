package dev.rollcall.console;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** JSON, alone or as a server-sent event (HTML living standard, section 9.2). */
final class EventText {
    private static final JsonFactory JSON =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();
    private static final int USUAL_BYTES = 512;

    private EventText() {}

    /** Writes the members of an object. */
    @FunctionalInterface
    interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    /** An event whose data is one object. */
    static Buffer event(String name, Members members) {
        ByteArrayOutputStream text = new ByteArrayOutputStream(USUAL_BYTES);
        text.writeBytes(("event: " + name + "\ndata: ").getBytes(StandardCharsets.UTF_8));
        writeObject(text, members);
        text.write('\n');
        text.write('\n');
        return Buffer.buffer(text.toByteArray());
    }

    static Buffer object(Members members) {
        ByteArrayOutputStream text = new ByteArrayOutputStream(USUAL_BYTES);
        writeObject(text, members);
        return Buffer.buffer(text.toByteArray());
    }

    private static void writeObject(ByteArrayOutputStream text, Members members) {
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
