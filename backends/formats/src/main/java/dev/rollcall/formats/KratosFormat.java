package dev.rollcall.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Interner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON that kratos's registries for etcd and ZooKeeper write:
 *
 * <pre>{@code
 * {"id":"…","name":"helloworld","version":"v1","metadata":null,"endpoints":["grpc://127.0.0.1:9000","http://127.0.0.1:8000"]}
 * }</pre>
 *
 * <p>{@code isSecure=true} behind an endpoint is read as a scheme that ends in {@code s}, as newer versions of kratos write it.
 * The weight stands in the metadata's {@code weight}, where kratos's balancers look for it; what else kratos has no place for, as {@link OwnFields}.
 */
public final class KratosFormat implements InstanceFormat {
    private static final int MAX_ENDPOINTS = 16;

    private final Interner strings;

    /**
     * Makes one.
     *
     * @param strings shares what repeats among instances
     */
    public KratosFormat(Interner strings) {
        this.strings = strings;
    }

    @Override
    public byte[] write(Instance instance) {
        Instance understood = understood(instance, instance.endpoints(), instance.version(), instance.metadata());
        Map<String, String> metadata = OwnFields.writeWithWeight(instance, understood, Set.of());
        return GoJson.object(json -> {
            json.writeStringField("id", instance.id());
            json.writeStringField("name", instance.service());
            json.writeStringField("version", instance.version());
            GoJson.write(json, "metadata", metadata);
            json.writeArrayFieldStart("endpoints");
            for (Endpoint endpoint : instance.endpoints()) {
                json.writeString(endpoint.toString());
            }
            json.writeEndArray();
        });
    }

    private static Instance understood(
            Instance named, List<Endpoint> endpoints, String version, Map<String, String> metadata) {
        return understood(named.service(), named.id(), endpoints, version, metadata);
    }

    private static Instance understood(
            String service, String id, List<Endpoint> endpoints, String version, Map<String, String> metadata) {
        int weight = OwnFields.foreignWeight(metadata, 1);
        return new Instance(service, id, endpoints, weight, Status.UP, "", version, Map.of());
    }

    /** What has been read of one value. */
    private static final class Parts {
        String version = "";
        Map<String, String> metadata = Map.of();
        List<Endpoint> endpoints = List.of();
    }

    @Override
    public Instance read(String service, String id, byte[] value) {
        Parts parts = new Parts();
        GoJson.read(value, (name, json) -> {
            switch (name) {
                case "version" -> parts.version = strings.share(GoJson.text("version", json));
                case "metadata" -> parts.metadata = GoJson.entries(json, strings);
                case "endpoints" -> parts.endpoints = endpoints(json);
                default -> json.skipChildren();
            }
        });
        if (parts.endpoints.isEmpty()) {
            throw new IllegalArgumentException("endpoints: none that can be read (expected: such as grpc://host:port)");
        }
        return OwnFields.restore(
                understood(service, id, parts.endpoints, parts.version, parts.metadata), parts.metadata);
    }

    private List<Endpoint> endpoints(JsonParser json) throws IOException {
        List<Endpoint> endpoints = new ArrayList<>(2);
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return endpoints;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            Endpoint endpoint = json.currentToken() == JsonToken.VALUE_STRING && endpoints.size() < MAX_ENDPOINTS
                    ? endpoint(json.getText())
                    : null;
            json.skipChildren();
            if (endpoint != null) {
                endpoints.add(endpoint);
            }
        }
        return endpoints;
    }

    /** One endpoint, or null if it is of a kind that has no host and port, such as a socket's path. */
    private @Nullable Endpoint endpoint(String url) {
        int question = url.indexOf('?');
        String address = question < 0 ? url : url.substring(0, question);
        boolean secure = question >= 0
                && List.of(url.substring(question + 1).split("&", -1)).contains("isSecure=true");
        int colon = address.indexOf("://");
        if (colon <= 0) {
            return null;
        }
        String scheme = address.substring(0, colon).toLowerCase(Locale.ROOT);
        int slash = address.indexOf('/', colon + 3);
        String authority = slash < 0 ? address.substring(colon + 3) : address.substring(colon + 3, slash);
        try {
            Endpoint endpoint = Endpoint.parse("tcp://" + authority);
            String spoken = secure && !scheme.endsWith("s") ? scheme + "s" : scheme;
            return new Endpoint(strings.share(spoken), endpoint.host(), endpoint.port());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
