package dev.rollcall.consul;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Interner;
import dev.rollcall.spi.Origin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A node of an upstream as APISIX's {@code consul_kv} reads it, at the key {@code upstreams/{service}/{host}:{port}}:
 *
 * <pre>{@code
 * {"weight":3,"max_fails":2,"fail_timeout":1,"check_status":false,
 *  "rollcall":{"id":"a","endpoints":"http://10.0.0.5:8080","status":"draining","zone":"eu-1","version":"1.4","metadata":{"team":"a"}}}
 * }</pre>
 *
 * <p>APISIX leaves out a node whose {@code check_status} is false, which is so for an instance that isn't up; here it is out of service. What APISIX
 * has no place for is in {@code rollcall}, which it skips. Of a node that others wrote, other fields are metadata. Stateless but for what is shared among the strings.
 */
final class UpstreamJson {
    private static final JsonFactory JSON = new JsonFactory();
    /** What APISIX's documentation shows; it reads the weight alone. */
    private static final int MAX_FAILS = 2;

    private static final int FAIL_TIMEOUT_SECONDS = 1;
    /** APISIX overlooks a key whose host has other characters. */
    private static final Pattern HOST = Pattern.compile("[a-zA-Z0-9.]+");

    private final Interner strings;

    UpstreamJson(Interner strings) {
        this.strings = strings;
    }

    /**
     * The last part of an instance's key.
     *
     * @throws IllegalArgumentException if APISIX would overlook it; the message says why
     */
    static String address(Instance instance) {
        if (!HOST.matcher(instance.endpoint().host()).matches()) {
            throw new IllegalArgumentException(
                    "its host is " + instance.endpoint().host()
                            + " (expected by APISIX: letters, digits and dots); register its IPv4 address");
        }
        return instance.endpoint().authority();
    }

    byte[] write(Instance registered) {
        Instance instance = Origin.unmarked(registered);
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeNumberField("weight", instance.weight());
            json.writeNumberField("max_fails", MAX_FAILS);
            json.writeNumberField("fail_timeout", FAIL_TIMEOUT_SECONDS);
            if (instance.status() != Status.UP) {
                json.writeBooleanField("check_status", false);
            }
            writeOwn(json, instance);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return out.toByteArray();
    }

    private static void writeOwn(JsonGenerator json, Instance instance) throws IOException {
        json.writeObjectFieldStart("rollcall");
        json.writeStringField("id", instance.id());
        List<String> endpoints =
                instance.endpoints().stream().map(Endpoint::toString).toList();
        json.writeStringField("endpoints", String.join(" ", endpoints));
        json.writeStringField("status", StatusName.of(instance.status()));
        json.writeStringField("zone", instance.zone());
        json.writeStringField("version", instance.version());
        json.writeObjectFieldStart("metadata");
        for (Map.Entry<String, String> entry : instance.metadata().entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    /** What has been read of one value. */
    private static final class Parts {
        int weight = 1;
        boolean excluded;
        final Map<String, String> metadata = new HashMap<>();
        final Map<String, String> own = new HashMap<>();
        final Map<String, String> ownMetadata = new HashMap<>();
    }

    /**
     * Reads a value.
     *
     * @param address the last part of its key
     * @throws IllegalArgumentException if it is no node; the message says why
     */
    Instance read(String service, String address, byte[] value) {
        Parts parts = new Parts();
        try (JsonParser json = JSON.createParser(value)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("not a JSON object (expected: such as {\"weight\":1})");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                field(name, json, parts);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
        return parts.own.isEmpty() ? foreign(service, address, parts) : own(service, address, parts);
    }

    private void field(String name, JsonParser json, Parts parts) throws IOException {
        switch (name) {
            case "weight" ->
                parts.weight = json.currentToken() == JsonToken.VALUE_NULL ? 1 : weight(json.getValueAsDouble(1));
            case "check_status" -> parts.excluded = json.getText().equals("false");
            case "rollcall" -> texts(json, parts.own, parts.ownMetadata);
            default -> {
                if (json.currentToken().isScalarValue() && json.currentToken() != JsonToken.VALUE_NULL) {
                    parts.metadata.put(strings.share(name), strings.share(json.getText()));
                } else {
                    json.skipChildren();
                }
            }
        }
        json.skipChildren();
    }

    private static int weight(double weight) {
        return (int) Math.max(0, Math.min(Instance.MAX_WEIGHT, Math.round(weight)));
    }

    /** The texts of an object, and of one within it. */
    private void texts(JsonParser json, Map<String, String> fields, Map<String, String> within) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (json.nextToken() == JsonToken.VALUE_STRING) {
                fields.put(strings.share(name), strings.share(json.getText()));
            } else if (json.currentToken() == JsonToken.START_OBJECT && within != fields) {
                texts(json, within, within);
            } else {
                json.skipChildren();
            }
        }
    }

    private Instance foreign(String service, String address, Parts parts) {
        return new Instance(
                service,
                address,
                List.of(Endpoint.parse("http://" + address)),
                parts.weight,
                parts.excluded ? Status.OUT_OF_SERVICE : Status.UP,
                "",
                "",
                parts.metadata);
    }

    private static Instance own(String service, String address, Parts parts) {
        String endpoints = parts.own.getOrDefault("endpoints", "http://" + address);
        Status status = StatusName.parse(parts.own.getOrDefault("status", StatusName.of(Status.UP)));
        return new Instance(
                service,
                parts.own.getOrDefault("id", address),
                List.of(endpoints.split(" ", -1)).stream().map(Endpoint::parse).toList(),
                parts.weight,
                // an operator may have excluded it
                parts.excluded && status == Status.UP ? Status.OUT_OF_SERVICE : status,
                parts.own.getOrDefault("zone", ""),
                parts.own.getOrDefault("version", ""),
                parts.ownMetadata);
    }
}
