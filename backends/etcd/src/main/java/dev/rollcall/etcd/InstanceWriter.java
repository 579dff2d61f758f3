package dev.rollcall.etcd;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * Writes an instance as etcd's official gRPC naming does ({@code client/v3/naming/endpoints}), with what that has no
 * place for in a field of Rollcall's own, which other readers skip:
 *
 * <pre>{@code
 * {"Op":0,"Addr":"10.0.0.5:8080","Metadata":{"team":"a"},
 *  "Rollcall":{"endpoints":["http://10.0.0.5:8080"],"weight":3,"status":"draining","zone":"eu-1","version":"1.4"}}
 * }</pre>
 *
 * <p>{@code Addr} is the first endpoint's, {@code Metadata} is the instance's, {@code null} if it has none, as Go
 * writes it. In {@code Rollcall} what has its default is left out: the endpoints if there is one alone, of scheme
 * {@code tcp}. Stateless.
 */
final class InstanceWriter {
    private static final JsonFactory JSON = new JsonFactory();

    private InstanceWriter() {}

    /** The value for an instance. */
    static ByteString write(Instance instance) {
        ByteString.Output out = ByteString.newOutput(256);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("Op", 0);
            json.writeStringField("Addr", instance.endpoint().authority());
            writeMetadata(json, instance.metadata());
            json.writeObjectFieldStart("Rollcall");
            writeOwn(json, instance);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return out.toByteString();
    }

    private static void writeMetadata(JsonGenerator json, Map<String, String> metadata) throws IOException {
        if (metadata.isEmpty()) {
            json.writeNullField("Metadata");
            return;
        }
        json.writeObjectFieldStart("Metadata");
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }

    private static void writeOwn(JsonGenerator json, Instance instance) throws IOException {
        List<Endpoint> endpoints = instance.endpoints();
        if (endpoints.size() > 1 || !endpoints.get(0).scheme().equals("tcp")) {
            json.writeArrayFieldStart("endpoints");
            for (Endpoint endpoint : endpoints) {
                json.writeString(endpoint.toString());
            }
            json.writeEndArray();
        }
        if (instance.weight() != 1) {
            json.writeNumberField("weight", instance.weight());
        }
        if (instance.status() != Status.UP) {
            json.writeStringField("status", StatusName.of(instance.status()));
        }
        if (!instance.zone().isEmpty()) {
            json.writeStringField("zone", instance.zone());
        }
        if (!instance.version().isEmpty()) {
            json.writeStringField("version", instance.version());
        }
    }
}
