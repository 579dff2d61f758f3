package dev.rollcall.consul;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** The requests that make, renew and end a session, with whose end go the keys that it has locked. Stateless. */
final class SessionRequests {
    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] NOTHING = {};

    private SessionRequests() {}

    /**
     * Makes a session.
     *
     * @param lockDelay how long nobody can lock what it had locked, once it has ended otherwise than by its owner
     * @param withNode whether it ends with its node too, which Consul may see sooner than the session's owner
     */
    static Call create(String name, Duration ttl, Duration lockDelay, boolean withNode) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(body)) {
            json.writeStartObject();
            json.writeStringField("Name", name);
            json.writeStringField("TTL", ttl.toMillis() + "ms");
            json.writeStringField("LockDelay", lockDelay.toMillis() + "ms");
            json.writeStringField("Behavior", "delete");
            if (!withNode) {
                json.writeArrayFieldStart("Checks"); // until Consul 1.7
                json.writeEndArray();
                json.writeArrayFieldStart("NodeChecks");
                json.writeEndArray();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return Call.put("/v1/session/create", "", body.toByteArray());
    }

    static Call renew(String session) {
        return Call.put("/v1/session/renew/" + Call.part(session), "", NOTHING);
    }

    static Call destroy(String session) {
        return Call.put("/v1/session/destroy/" + Call.part(session), "", NOTHING);
    }

    /**
     * The id of a session that was made.
     *
     * @throws IOException if it isn't JSON of the expected form
     */
    static String idIn(Answer answer) throws IOException {
        try (JsonParser json = JSON.createParser(answer.body())) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.VALUE_STRING && "ID".equals(json.currentName())) {
                    return json.getText();
                }
            }
        }
        throw new IOException("no ID of a session");
    }
}
