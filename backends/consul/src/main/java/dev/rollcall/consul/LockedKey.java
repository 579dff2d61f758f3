package dev.rollcall.consul;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.consul.ConsulSettings.HostPort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * The requests that write, look at and remove keys which a session locks. Knows nothing of what they are sent for. On the serial thread.
 *
 * @param flags what tells the writer's keys from others of the same session
 */
record LockedKey(Requests requests, Failures failures, long flags) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final byte[] NOTHING = {};
    private static final int CONFLICT = 409;

    /** Who holds a key, as an answer tells; nobody if {@code revision} is 0. */
    record Holder(String session, long flags, long revision) {}

    /**
     * Writes a value under a session's lock.
     *
     * @param take whether in place of whatever is there, in one step with its removal; otherwise it fails if another session holds the key
     * @param done is told the revision
     * @param onFailure is told why, of kind {@link Kind#LEASE_LOST} if there is no such session, and whether it may have been carried out, or may yet be
     */
    void write(String key, byte[] value, String session, boolean take, Consumer<Long> done, Failed onFailure) {
        Call call = Call.put("/v1/txn", "", transaction(key, value, session, take));
        requests.send(call, new Requests.Reply() {
            @Override
            public void answered(HostPort agent, Answer answer) {
                if (!answer.isOk()) {
                    onFailure.failed(refused(agent, answer), false);
                    return;
                }
                try {
                    done.accept(KvEntries.revisionWritten(answer));
                } catch (IOException e) {
                    onFailure.failed(failures.unreadable(agent, call, e), true);
                }
            }

            private StoreException refused(HostPort agent, Answer answer) {
                String text = new String(answer.body(), StandardCharsets.UTF_8);
                if (answer.status() != CONFLICT) {
                    return failures.refused(agent, call, answer);
                }
                return text.contains("invalid session")
                        ? new StoreException(
                                Kind.LEASE_LOST,
                                key + ": Consul has ended the session of this client; it is written in another")
                        : new StoreException(
                                Kind.CONFLICT, key + ": another session holds it; who that is is found out");
            }

            @Override
            public void failed(StoreException cause, boolean sent) {
                onFailure.failed(cause, sent);
            }
        });
    }

    /** What is done about a write that failed. */
    @FunctionalInterface
    interface Failed {
        void failed(StoreException cause, boolean maybeDone);
    }

    private byte[] transaction(String key, byte[] value, String session, boolean take) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(value.length * 4 / 3 + 256);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartArray();
            if (take) {
                operation(json, "delete", key);
                json.writeEndObject();
                json.writeEndObject();
            }
            operation(json, "lock", key);
            json.writeBinaryField("Value", value);
            json.writeNumberField("Flags", flags);
            json.writeStringField("Session", session);
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return out.toByteArray();
    }

    private static void operation(JsonGenerator json, String verb, String key) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("KV");
        json.writeStringField("Verb", verb);
        json.writeStringField("Key", key);
    }

    /** Finds out who holds a key now, not at a server that lags behind. */
    void look(String key, Consumer<Holder> reader, Consumer<StoreException> onFailure) {
        Call call = Call.get("/v1/kv/" + Call.path(key), "consistent");
        requests.sendSoon(call, new Requests.Reply() {
            @Override
            public void answered(HostPort agent, Answer answer) {
                if (answer.status() == 404) {
                    reader.accept(new Holder("", 0, 0));
                } else if (!answer.isOk()) {
                    onFailure.accept(failures.refused(agent, call, answer));
                } else {
                    try {
                        reader.accept(holder(answer.body()));
                    } catch (IOException e) {
                        onFailure.accept(failures.unreadable(agent, call, e));
                    }
                }
            }

            @Override
            public void failed(StoreException cause, boolean sent) {
                onFailure.accept(cause);
            }
        });
    }

    private static Holder holder(byte[] body) throws IOException {
        String session = "";
        long flags = 0;
        long revision = 0;
        try (JsonParser json = JSON.createParser(body)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    json.nextToken();
                    switch (name) {
                        case "Session" -> session = json.getText();
                        case "Flags" -> flags = json.getValueAsLong();
                        case "ModifyIndex" -> revision = json.getValueAsLong();
                        default -> json.skipChildren();
                    }
                }
            }
        }
        if (revision == 0) {
            throw new IOException("no ModifyIndex");
        }
        return new Holder(session, flags, revision);
    }

    /** Removes a key if it still has that revision; {@code done} is told whether it had. */
    void delete(String key, long revision, Consumer<Boolean> done, Failed onFailure) {
        Call call = new Call("DELETE", "/v1/kv/" + Call.path(key), "cas=" + revision, NOTHING);
        requests.send(call, new Requests.Reply() {
            @Override
            public void answered(HostPort agent, Answer answer) {
                if (answer.isOk() || answer.status() == CONFLICT) {
                    done.accept(new String(answer.body(), StandardCharsets.UTF_8)
                            .strip()
                            .equals("true"));
                } else {
                    onFailure.failed(failures.refused(agent, call, answer), false);
                }
            }

            @Override
            public void failed(StoreException cause, boolean sent) {
                onFailure.failed(cause, sent);
            }
        });
    }
}
