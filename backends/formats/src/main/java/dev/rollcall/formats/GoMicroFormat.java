package dev.rollcall.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Interner;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON that go-micro's registries for etcd and ZooKeeper write, a service with one node an entry:
 *
 * <pre>{@code
 * {"name":"greeter","version":"latest","metadata":null,"endpoints":null,
 *  "nodes":[{"metadata":{"protocol":"mucp"},"id":"greeter-uuid","address":"10.0.0.1:4759"}]}
 * }</pre>
 *
 * <p>The node's metadata is the instance's, beside it the service's. A node says by {@code protocol} whether it speaks {@code grpc} or
 * {@code http}; all others are {@code tcp}. A service without version has {@code latest}. go-micro's own {@code endpoints} are methods and
 * aren't read. What go-micro has no place for is written as {@link OwnFields}.
 */
public final class GoMicroFormat implements InstanceFormat {
    private static final String NO_VERSION = "latest";

    private final Interner strings;

    /**
     * Makes one.
     *
     * @param strings shares what repeats among instances
     */
    public GoMicroFormat(Interner strings) {
        this.strings = strings;
    }

    @Override
    public byte[] write(Instance instance) {
        String version = instance.version().isEmpty() ? NO_VERSION : instance.version();
        String address = instance.endpoint().authority();
        Instance understood = understood(instance.service(), instance.id(), address, version, instance.metadata());
        Map<String, String> metadata = OwnFields.write(instance, understood, Set.of());
        return GoJson.object(json -> {
            json.writeStringField("name", instance.service());
            json.writeStringField("version", version);
            json.writeNullField("metadata");
            json.writeNullField("endpoints");
            json.writeArrayFieldStart("nodes");
            json.writeStartObject();
            GoJson.write(json, "metadata", metadata);
            json.writeStringField("id", instance.id());
            json.writeStringField("address", address);
            json.writeEndObject();
            json.writeEndArray();
        });
    }

    private Instance understood(
            String service, String id, String address, String version, Map<String, String> metadata) {
        Endpoint endpoint = Endpoint.parse(address);
        String protocol = metadata.getOrDefault("protocol", "");
        String scheme = protocol.equals("grpc") || protocol.equals("http") ? protocol : "tcp";
        return new Instance(
                service,
                id,
                List.of(new Endpoint(strings.share(scheme), endpoint.host(), endpoint.port())),
                OwnFields.foreignWeight(metadata, 1),
                Status.UP,
                "",
                version,
                Map.of());
    }

    private static final class Node {
        String id = "";
        String address = "";
        Map<String, String> metadata = Map.of();
    }

    /** What has been read of one value. */
    private static final class Parts {
        String version = "";
        Map<String, String> metadata = Map.of();

        @Nullable
        Node node;
    }

    @Override
    public Instance read(String service, String id, byte[] value) {
        Parts parts = new Parts();
        GoJson.read(value, (name, json) -> {
            switch (name) {
                case "version" -> parts.version = strings.share(GoJson.text("version", json));
                case "metadata" -> parts.metadata = GoJson.entries(json, strings);
                case "nodes" -> parts.node = node(json, id);
                default -> json.skipChildren();
            }
        });
        Node node = parts.node;
        if (node == null) {
            throw new IllegalArgumentException("nodes: none (expected: one with an address)");
        }
        Map<String, String> entries = new HashMap<>(parts.metadata);
        entries.putAll(node.metadata);
        return OwnFields.restore(understood(service, id, node.address, parts.version, entries), entries);
    }

    /** The node of that id, or else the first. */
    private @Nullable Node node(JsonParser json, String id) throws IOException {
        Node found = null;
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return null;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            Node node = new Node();
            boolean isObject = json.currentToken() == JsonToken.START_OBJECT;
            GoJson.fields(json, (name, field) -> {
                switch (name) {
                    case "id" -> node.id = GoJson.text("id", field);
                    case "address" -> node.address = GoJson.text("address", field);
                    case "metadata" -> node.metadata = GoJson.entries(field, strings);
                    default -> field.skipChildren();
                }
            });
            if (isObject && (found == null || (node.id.equals(id) && !found.id.equals(id)))) {
                found = node;
            }
        }
        return found;
    }
}
