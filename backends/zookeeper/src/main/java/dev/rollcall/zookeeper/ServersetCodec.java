package dev.rollcall.zookeeper;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.formats.OwnFields;
import dev.rollcall.spi.Interner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A member of a ServerSet:
 *
 * <pre>{@code
 * {"serviceEndpoint":{"host":"h","port":1},"additionalEndpoints":{"http-admin":{"host":"h","port":2}},"status":"ALIVE","shard":0,"metadata":{"k":"v"}}
 * }</pre>
 *
 * <p>The service's endpoint is {@code tcp}, the names of the others are their schemes. Only {@code ALIVE} wants traffic. The shard is the instance's
 * metadata {@code shard}. What else there is no place for is written as {@link OwnFields}. Thread-safe.
 */
final class ServersetCodec {
    static final String SHARD = "shard";

    private static final int MAX_ENDPOINTS = 16;
    private static final String SERVICE_SCHEME = "tcp";

    private final Interner strings;

    ServersetCodec(Interner strings) {
        this.strings = strings;
    }

    byte[] write(Instance instance) {
        Map<String, Endpoint> additional = additional(instance);
        Optional<Integer> shard = shard(instance);
        Instance written = shard.isPresent() ? withoutShard(instance) : instance;
        Map<String, String> metadata = OwnFields.write(written, understood(instance, additional), Set.of(SHARD));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = Json.FACTORY.createGenerator(bytes)) {
            out.writeStartObject();
            writeEndpoint(out, "serviceEndpoint", instance.endpoint());
            out.writeObjectFieldStart("additionalEndpoints");
            for (Map.Entry<String, Endpoint> each : additional.entrySet()) {
                writeEndpoint(out, each.getKey(), each.getValue());
            }
            out.writeEndObject();
            out.writeStringField("status", status(instance.status()));
            if (shard.isPresent()) {
                out.writeNumberField(SHARD, shard.get());
            }
            if (!metadata.isEmpty()) {
                out.writeObjectFieldStart("metadata");
                for (Map.Entry<String, String> entry : metadata.entrySet()) {
                    out.writeStringField(entry.getKey(), entry.getValue());
                }
                out.writeEndObject();
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /** By name; of two with the same scheme the first. */
    private static Map<String, Endpoint> additional(Instance instance) {
        Map<String, Endpoint> additional = new LinkedHashMap<>();
        for (Endpoint endpoint :
                instance.endpoints().subList(1, instance.endpoints().size())) {
            additional.putIfAbsent(endpoint.scheme(), endpoint);
        }
        return additional;
    }

    private static Instance understood(Instance instance, Map<String, Endpoint> additional) {
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.add(new Endpoint(
                SERVICE_SCHEME, instance.endpoint().host(), instance.endpoint().port()));
        endpoints.addAll(additional.values());
        return new Instance(instance.service(), instance.id(), endpoints, 1, instance.status(), "", "", Map.of());
    }

    private static void writeEndpoint(JsonGenerator out, String name, Endpoint endpoint) throws IOException {
        out.writeObjectFieldStart(name);
        out.writeStringField("host", endpoint.host());
        out.writeNumberField("port", endpoint.port());
        out.writeEndObject();
    }

    /** The shard that an instance's metadata states; empty where they state none, or no number. */
    static Optional<Integer> shard(Instance instance) {
        String stated = instance.metadata().getOrDefault(SHARD, "");
        try {
            int shard = Integer.parseInt(stated);
            return Integer.toString(shard).equals(stated) ? Optional.of(shard) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Instance withoutShard(Instance instance) {
        Map<String, String> metadata = new HashMap<>(instance.metadata());
        metadata.remove(SHARD);
        return instance.withMetadata(metadata);
    }

    Instance read(String service, String node, byte[] data) throws InstanceReader.MalformedException {
        Fields fields = new Fields();
        Json.read(data, (in, name) -> {
            switch (name) {
                case "serviceEndpoint" -> fields.principal = endpoint(in, SERVICE_SCHEME);
                case "additionalEndpoints" -> readAdditional(in, fields.additional);
                case "status" -> fields.status = Json.text(in);
                case SHARD -> fields.shard = Json.number(in);
                case "metadata" -> Json.readScalars(in, fields.metadata);
                default -> {}
            }
        });
        return fields.instance(service, node);
    }

    private void readAdditional(JsonParser in, List<Endpoint> into) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String scheme = in.currentName().toLowerCase(Locale.ROOT);
            in.nextToken();
            Endpoint endpoint = InstanceReader.isScheme(scheme) ? endpoint(in, strings.share(scheme)) : null;
            if (endpoint != null && into.size() < MAX_ENDPOINTS - 1) {
                into.add(endpoint);
            }
            in.skipChildren();
        }
    }

    private @Nullable Endpoint endpoint(JsonParser in, String scheme) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            return null;
        }
        String host = null;
        Integer port = null;
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            in.nextToken();
            if (name.equals("host")) {
                host = Json.text(in);
            } else if (name.equals("port")) {
                port = Json.number(in);
            }
            in.skipChildren();
        }
        return host == null || port == null ? null : new Endpoint(scheme, strings.share(host), port);
    }

    private static String status(Status status) {
        return switch (status) {
            case UP -> "ALIVE";
            case DRAINING -> "STOPPING";
            case OUT_OF_SERVICE -> "STOPPED";
        };
    }

    private static Status status(@Nullable String status) {
        if ("ALIVE".equals(status)) {
            return Status.UP;
        }
        return "STOPPING".equals(status) ? Status.DRAINING : Status.OUT_OF_SERVICE;
    }

    /** What was found, before it is made sense of. */
    private static final class Fields {
        private @Nullable Endpoint principal;
        private final List<Endpoint> additional = new ArrayList<>();
        private @Nullable String status;
        private @Nullable Integer shard;
        private final Map<String, String> metadata = new HashMap<>();

        Instance instance(String service, String node) throws InstanceReader.MalformedException {
            if (principal == null) {
                throw new InstanceReader.MalformedException("no serviceEndpoint with a host and a port");
            }
            List<Endpoint> endpoints = new ArrayList<>();
            endpoints.add(principal);
            endpoints.addAll(additional);
            Instance understood = new Instance(service, node, endpoints, 1, status(status), "", "", Map.of());
            Instance restored = OwnFields.restore(understood, metadata);
            return shard == null ? restored : restored.withMetadata(SHARD, Integer.toString(shard));
        }
    }
}
