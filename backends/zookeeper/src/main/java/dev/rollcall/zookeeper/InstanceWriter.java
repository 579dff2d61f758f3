package dev.rollcall.zookeeper;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Origin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;

/**
 * Writes an instance as Curator's service discovery does, with everything that it has no place for in one more field, {@value
 * #OWN_FIELD}. Curator's readers skip a field that they don't know, whereas a payload that isn't of the very class that they expect makes them
 * fail; so nothing of ours is there. Thread-safe.
 */
final class InstanceWriter {
    static final String OWN_FIELD = "rollcall";

    private static final Set<String> SECURE_SCHEMES = Set.of("https", "wss", "grpcs");
    private static final int USUAL_BYTES = 512;

    private final JsonFactory json = new JsonFactory();
    private final Payload payload;

    InstanceWriter(Payload payload) {
        this.payload = payload;
    }

    /**
     * The bytes of a node.
     *
     * @param registeredAtMillis the wall clock at the registration, milliseconds since 1970
     */
    byte[] write(Instance read, long registeredAtMillis) {
        Instance instance = Origin.unmarked(read);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (JsonGenerator out = json.createGenerator(bytes)) {
            Endpoint principal = instance.endpoint();
            out.writeStartObject();
            out.writeStringField("name", instance.service());
            out.writeStringField("id", instance.id());
            out.writeStringField("address", principal.host());
            out.writeNumberField("port", principal.port());
            if (isSecure(principal.scheme())) {
                out.writeNumberField("sslPort", principal.port());
            } else {
                out.writeNullField("sslPort");
            }
            payload.write(out, instance);
            out.writeNumberField("registrationTimeUTC", registeredAtMillis);
            out.writeStringField("serviceType", "DYNAMIC");
            writeUriSpec(out, principal);
            writeOwn(out, instance);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static boolean isSecure(String scheme) {
        return SECURE_SCHEMES.contains(scheme);
    }

    /** How Curator's readers put a URI together; Curator's own {@code scheme} knows only http and https. */
    private static void writeUriSpec(JsonGenerator out, Endpoint endpoint) throws IOException {
        boolean web = endpoint.scheme().equals("http") || endpoint.scheme().equals("https");
        boolean brackets = endpoint.host().indexOf(':') >= 0;
        out.writeObjectFieldStart("uriSpec");
        out.writeArrayFieldStart("parts");
        writePart(out, web ? "scheme" : endpoint.scheme(), web);
        writePart(out, brackets ? "://[" : "://", false);
        writePart(out, "address", true);
        writePart(out, brackets ? "]:" : ":", false);
        writePart(out, "port", true);
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void writePart(JsonGenerator out, String value, boolean variable) throws IOException {
        out.writeStartObject();
        out.writeStringField("value", value);
        out.writeBooleanField("variable", variable);
        out.writeEndObject();
    }

    private static void writeOwn(JsonGenerator out, Instance instance) throws IOException {
        out.writeObjectFieldStart(OWN_FIELD);
        out.writeArrayFieldStart("endpoints");
        for (Endpoint endpoint : instance.endpoints()) {
            out.writeString(endpoint.toString());
        }
        out.writeEndArray();
        out.writeNumberField("weight", instance.weight());
        if (instance.status() != Status.UP) {
            out.writeStringField("status", instance.status().name());
        }
        if (!instance.zone().isEmpty()) {
            out.writeStringField("zone", instance.zone());
        }
        if (!instance.version().isEmpty()) {
            out.writeStringField("version", instance.version());
        }
        if (!instance.metadata().isEmpty()) {
            out.writeObjectFieldStart("metadata");
            for (Map.Entry<String, String> entry : instance.metadata().entrySet()) {
                out.writeStringField(entry.getKey(), entry.getValue());
            }
            out.writeEndObject();
        }
        out.writeEndObject();
    }
}
