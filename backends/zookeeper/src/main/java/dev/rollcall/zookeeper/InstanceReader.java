package dev.rollcall.zookeeper;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Interner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link InstanceWriter} writes and what Curator, Spring Cloud ZooKeeper and Dubbo do. Field by field and tolerantly: an unknown field is
 * skipped, one of an unexpected type counts as absent. The payload is never turned into an object of the class that it names.
 *
 * <p>A foreign instance's metadata are the strings, numbers and booleans in its payload (in the payload's {@code metadata}, where it has one, as
 * Spring's and Dubbo's do); of these, {@code weight}, {@code zone}, {@code version} and Spring's {@code instance_status} are understood. Thread-safe.
 */
final class InstanceReader {
    private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]{0,31}");

    private final Interner strings;

    InstanceReader(Interner strings) {
        this.strings = strings;
    }

    /**
     * Reads a node's bytes. Service and id are those of the node's path, whatever the bytes say.
     *
     * @throws MalformedException if they are no instance; the message says why
     */
    Instance read(String service, String id, byte[] bytes) throws MalformedException {
        Fields fields = new Fields();
        Json.read(bytes, (in, name) -> readField(in, name, fields));
        return fields.instance(service, id, strings);
    }

    static boolean isScheme(String text) {
        return SCHEME.matcher(text).matches();
    }

    private static void readField(JsonParser in, String name, Fields fields) throws IOException {
        switch (name) {
            case "address" -> fields.address = Json.text(in);
            case "port" -> fields.port = Json.number(in);
            case "sslPort" -> fields.securePort = Json.number(in);
            case "enabled" -> fields.enabled = in.currentToken() != JsonToken.VALUE_FALSE;
            case "uriSpec" -> fields.uriScheme = uriScheme(in);
            case "payload" -> readPayload(in, fields.foreign);
            case InstanceWriter.OWN_FIELD -> readOwn(in, fields);
            default -> {}
        }
    }

    private static void readOwn(JsonParser in, Fields fields) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            in.nextToken();
            switch (name) {
                case "endpoints" -> readStrings(in, fields.endpoints);
                case "weight" -> fields.weight = Json.number(in);
                case "status" -> fields.status = Json.text(in);
                case "zone" -> fields.zone = Json.text(in);
                case "version" -> fields.version = Json.text(in);
                case "metadata" -> Json.readScalars(in, fields.own);
                default -> {}
            }
            in.skipChildren();
        }
        fields.isOwn = true;
    }

    private static void readStrings(JsonParser in, List<String> into) throws IOException {
        if (in.currentToken() == JsonToken.START_ARRAY) {
            while (in.nextToken() != JsonToken.END_ARRAY) {
                String text = Json.text(in);
                if (text != null) {
                    into.add(text);
                }
                in.skipChildren();
            }
        }
    }

    private static void readPayload(JsonParser in, Map<String, String> into) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            return;
        }
        Map<String, String> flat = new HashMap<>();
        boolean nested = false;
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            JsonToken value = in.nextToken();
            if (name.equals("metadata") && value == JsonToken.START_OBJECT) {
                Json.readScalars(in, into);
                into.remove("@class");
                nested = true;
            } else if (value.isScalarValue() && value != JsonToken.VALUE_NULL && !name.equals("@class")) {
                flat.put(name, in.getText());
            } else {
                in.skipChildren();
            }
        }
        if (!nested) {
            into.putAll(flat);
        }
    }

    /** The URI's scheme where it is spelt out; Curator's variable means http or https. */
    private static @Nullable String uriScheme(JsonParser in) throws IOException {
        String scheme = null;
        boolean first = true;
        int depth = 0;
        JsonToken token = in.currentToken();
        if (token != JsonToken.START_OBJECT) {
            return null;
        }
        do {
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (first
                    && token == JsonToken.FIELD_NAME
                    && in.currentName().equals("value")) {
                in.nextToken();
                scheme = Json.text(in);
                first = false;
            }
        } while (depth > 0 && (token = in.nextToken()) != null);
        return scheme;
    }

    /** What was found, before it is made sense of. */
    private static final class Fields {
        private @Nullable String address;
        private @Nullable Integer port;
        private @Nullable Integer securePort;
        private boolean enabled = true;
        private @Nullable String uriScheme;
        private final Map<String, String> foreign = new HashMap<>();
        private boolean isOwn;
        private final List<String> endpoints = new ArrayList<>();
        private @Nullable Integer weight;
        private @Nullable String status;
        private @Nullable String zone;
        private @Nullable String version;
        private final Map<String, String> own = new HashMap<>();

        Instance instance(String service, String id, Interner strings) throws MalformedException {
            try {
                Map<String, String> metadata = isOwn ? own : foreign;
                return new Instance(
                        service,
                        id,
                        endpoints(strings),
                        weight(),
                        status(),
                        strings.share(label(zone, "zone")),
                        strings.share(label(version, "version")),
                        shared(metadata, strings));
            } catch (IllegalArgumentException e) {
                throw new MalformedException(String.valueOf(e.getMessage()));
            }
        }

        private List<Endpoint> endpoints(Interner strings) throws MalformedException {
            List<Endpoint> parsed = new ArrayList<>(endpoints.size());
            for (String endpoint : endpoints) {
                parsed.add(shared(Endpoint.parse(endpoint), strings));
            }
            if (!parsed.isEmpty()) {
                return parsed;
            }
            if (address == null || address.isEmpty()) {
                throw new MalformedException("no address");
            }
            for (Map.Entry<String, Integer> spoken :
                    DubboEndpoints.read(foreign).entrySet()) {
                parsed.add(shared(new Endpoint(spoken.getKey(), address, spoken.getValue()), strings));
            }
            if (!parsed.isEmpty()) {
                return parsed;
            }
            if (port != null && !port.equals(securePort)) {
                parsed.add(shared(new Endpoint(plainScheme(), address, port), strings));
            }
            if (securePort != null) {
                parsed.add(shared(new Endpoint("https", address, securePort), strings));
            }
            if (parsed.isEmpty()) {
                parsed.add(shared(new Endpoint(plainScheme(), address, 0), strings));
            }
            return parsed;
        }

        private String plainScheme() {
            if (uriScheme == null) {
                return "tcp";
            }
            String scheme = uriScheme.toLowerCase(Locale.ROOT);
            if (scheme.equals("scheme")) {
                return "http";
            }
            Matcher spelt = SCHEME.matcher(scheme);
            return spelt.lookingAt() ? spelt.group() : "tcp";
        }

        private int weight() {
            if (weight != null) {
                return weight;
            }
            try {
                int stated = Integer.parseInt(isOwn ? "1" : foreign.getOrDefault("weight", "1"));
                return stated >= 0 && stated <= Instance.MAX_WEIGHT ? stated : 1;
            } catch (NumberFormatException e) {
                return 1;
            }
        }

        private Status status() {
            String stated = isOwn ? status : foreign.get("instance_status");
            if (!enabled) {
                return Status.OUT_OF_SERVICE;
            }
            if (stated == null || stated.equalsIgnoreCase(Status.UP.name())) {
                return Status.UP;
            }
            return stated.equalsIgnoreCase(Status.DRAINING.name()) ? Status.DRAINING : Status.OUT_OF_SERVICE;
        }

        private String label(@Nullable String stated, String key) {
            return Optional.ofNullable(stated).orElse(isOwn ? "" : foreign.getOrDefault(key, ""));
        }

        private static Endpoint shared(Endpoint endpoint, Interner strings) {
            return new Endpoint(strings.share(endpoint.scheme()), strings.share(endpoint.host()), endpoint.port());
        }

        private static Map<String, String> shared(Map<String, String> metadata, Interner strings) {
            Map<String, String> shared = new HashMap<>(metadata.size() * 2);
            metadata.forEach((key, value) -> shared.put(strings.share(key), strings.share(value)));
            return shared;
        }
    }

    /** What was read is not an instance. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message, null, false, false);
        }
    }
}
