package dev.rollcall.etcd;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.google.protobuf.ByteString;
import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.formats.AnyJson;
import dev.rollcall.spi.Interner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link InstanceWriter} and every other user of etcd's official gRPC naming writes: field names in any
 * case, as Go reads them; {@code Metadata} of any type; unknown fields skipped. Where Rollcall's own field is missing,
 * the weight comes from the metadata, as a number or a string. Strings that repeat are shared. Used by one thread at a
 * time.
 *
 * <p>Limits: {@value #MAX_VALUE_BYTES} bytes, {@value #MAX_DEPTH} levels of nesting.
 */
final class InstanceReader {
    static final int MAX_VALUE_BYTES = 512 * 1024;
    static final int MAX_DEPTH = 32;

    private static final int MAX_NAME_CHARS = 1024;
    private static final int MAX_NUMBER_CHARS = 100;
    private static final int MAX_ENDPOINTS = 16;
    private static final String OTHER_METADATA = "metadata";
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(MAX_VALUE_BYTES)
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNameLength(MAX_NAME_CHARS)
                    .maxStringLength(MAX_VALUE_BYTES)
                    .maxNumberLength(MAX_NUMBER_CHARS)
                    .build())
            .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
            .build();

    private final Interner strings;

    InstanceReader(Interner strings) {
        this.strings = strings;
    }

    /** What has been read of one value. */
    private static final class Parts {
        int op;

        @Nullable
        String address;

        Map<String, String> metadata = Map.of();
        boolean own;
        List<Endpoint> endpoints = List.of();
        int weight = 1;
        Status status = Status.UP;
        String zone = "";
        String version = "";
    }

    /**
     * Reads one value.
     *
     * @throws IllegalArgumentException if it isn't an instance; the message says why
     */
    Instance read(String service, String id, ByteString value) {
        if (value.size() > MAX_VALUE_BYTES) {
            throw new IllegalArgumentException(
                    "value: " + value.size() + " bytes (expected: up to " + MAX_VALUE_BYTES + ")");
        }
        Parts parts;
        try (JsonParser json = JSON.createParser(value.toByteArray())) {
            parts = parts(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON: " + e.getMessage(), e);
        }
        if (parts.op != 0) {
            throw new IllegalArgumentException("Op: " + parts.op + " (expected: 0, an address that was added)");
        }
        List<Endpoint> endpoints = parts.endpoints;
        if (endpoints.isEmpty()) {
            if (parts.address == null) {
                throw new IllegalArgumentException("Addr: missing (expected: host:port)");
            }
            endpoints = List.of(endpoint(parts.address));
        }
        int weight = parts.own ? parts.weight : foreignWeight(parts.metadata);
        return new Instance(service, id, endpoints, weight, parts.status, parts.zone, parts.version, parts.metadata);
    }

    private Parts parts(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("not a JSON object (expected: {\"Op\":0,\"Addr\":\"host:port\",…})");
        }
        Parts parts = new Parts();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName().toLowerCase(Locale.ROOT);
            JsonToken token = json.nextToken();
            switch (name) {
                case "op" -> parts.op = token == JsonToken.VALUE_NULL ? 0 : number("Op", json);
                case "addr" -> parts.address = token == JsonToken.VALUE_NULL ? null : text("Addr", json);
                case "metadata" -> parts.metadata = metadata(json);
                case "rollcall" -> own(json, parts);
                default -> json.skipChildren();
            }
        }
        if (json.nextToken() != null) {
            throw new IllegalArgumentException("more than one JSON value");
        }
        return parts;
    }

    private void own(JsonParser json, Parts parts) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        parts.own = true;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName().toLowerCase(Locale.ROOT);
            json.nextToken();
            switch (name) {
                case "endpoints" -> parts.endpoints = endpoints(json);
                case "weight" -> parts.weight = number("weight", json);
                case "status" -> parts.status = StatusName.parse(text("status", json));
                case "zone" -> parts.zone = strings.share(text("zone", json));
                case "version" -> parts.version = strings.share(text("version", json));
                default -> json.skipChildren();
            }
        }
    }

    private List<Endpoint> endpoints(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new IllegalArgumentException("endpoints: not an array");
        }
        List<Endpoint> endpoints = new ArrayList<>(1);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (endpoints.size() == MAX_ENDPOINTS) {
                throw new IllegalArgumentException("endpoints: more than " + MAX_ENDPOINTS);
            }
            endpoints.add(endpoint(text("endpoints", json)));
        }
        return endpoints;
    }

    private Endpoint endpoint(String text) {
        Endpoint endpoint = Endpoint.parse(text);
        return new Endpoint(strings.share(endpoint.scheme()), endpoint.host(), endpoint.port());
    }

    private Map<String, String> metadata(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            String whole = AnyJson.text(json, JSON);
            return whole == null ? Map.of() : Map.of(OTHER_METADATA, whole);
        }
        return AnyJson.entries(json, JSON, strings);
    }

    private static String text(String what, JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw new IllegalArgumentException(what + ": not a string");
        }
        return json.getText();
    }

    private static int number(String what, JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw new IllegalArgumentException(what + ": not a whole number");
        }
        return json.getIntValue();
    }

    /** What others mean by a weight: between 0 and the largest, 1 if it says nothing sensible. */
    private static int foreignWeight(Map<String, String> metadata) {
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            if (entry.getKey().equalsIgnoreCase("weight")) {
                try {
                    double weight = Double.parseDouble(entry.getValue());
                    return Double.isNaN(weight)
                            ? 1
                            : (int) Math.max(0, Math.min(Instance.MAX_WEIGHT, Math.round(weight)));
                } catch (NumberFormatException e) {
                    return 1;
                }
            }
        }
        return 1;
    }
}
