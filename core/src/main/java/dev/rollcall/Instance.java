package dev.rollcall;

import static java.util.Objects.requireNonNull;

import dev.rollcall.internal.Text;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * One running copy of a service: who it is, where it listens, how much it can take. Immutable.
 *
 * <p>Two instances are equal when all their parts are. Within a service the {@linkplain #id id} tells instances apart.
 *
 * @param service the service's name: 1 to 255 visible characters, no {@code /}
 * @param id the instance's name within its service: 1 to 1024 visible characters, no {@code /}. By default
 *     {@code host:port} of the first endpoint, so that two ports on one host never collide
 * @param endpoints where it listens, the principal one first: 1 to 16
 * @param weight the share of traffic it wants in proportion to the others: 0 (none while another instance has some) to
 *     1,000,000; by default 1
 * @param status whether it wants traffic; by default {@link Status#UP}
 * @param zone the failure domain it runs in, empty when unknown: up to 255 characters
 * @param version what it runs, empty when unknown: up to 255 characters
 * @param metadata anything else, copied, iterated in the order of its keys: up to 64 entries, keys of 1 to 255
 *     characters, 65,536 characters in all, well-formed Unicode
 */
public record Instance(
        String service,
        String id,
        List<Endpoint> endpoints,
        int weight,
        Status status,
        String zone,
        String version,
        Map<String, String> metadata) {

    /** The largest weight. */
    public static final int MAX_WEIGHT = 1_000_000;

    private static final int MAX_SERVICE_CHARS = 255;
    private static final int MAX_ID_CHARS = 1024;
    private static final int MAX_ENDPOINTS = 16;
    private static final int MAX_LABEL_CHARS = 255;
    private static final int MAX_METADATA_ENTRIES = 64;
    private static final int MAX_METADATA_CHARS = 65_536;

    public Instance {
        requireServiceName(service);
        requireNonNull(id, "id");
        if (!Text.isName(id, MAX_ID_CHARS)) {
            throw new IllegalArgumentException(
                    "id: " + Text.quoted(id) + " (expected: 1 to " + MAX_ID_CHARS + " visible characters without '/')");
        }
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty() || endpoints.size() > MAX_ENDPOINTS) {
            throw new IllegalArgumentException(
                    "endpoints: " + endpoints.size() + " of them (expected: 1 to " + MAX_ENDPOINTS + ")");
        }
        if (weight < 0 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException("weight: " + weight + " (expected: 0 to " + MAX_WEIGHT + ")");
        }
        requireNonNull(status, "status");
        requireLabel("zone", zone);
        requireLabel("version", version);
        metadata = Metadata.copyOf(metadata);
        requireMetadata(metadata);
    }

    /**
     * An instance with one or more endpoints, weight 1, up, without zone, version and metadata, whose id is the first
     * endpoint's {@code host:port}.
     *
     * @param endpoints each as {@link Endpoint#parse} reads it, such as {@code http://10.0.0.5:8080}
     * @throws IllegalArgumentException if the name or an endpoint is malformed
     */
    public static Instance of(String service, String... endpoints) {
        List<Endpoint> parsed = List.of(endpoints).stream().map(Endpoint::parse).toList();
        if (parsed.isEmpty()) {
            throw new IllegalArgumentException(
                    "endpoints: none (expected: at least one, such as http://10.0.0.5:8080)");
        }
        return new Instance(service, parsed.get(0).authority(), parsed, 1, Status.UP, "", "", Map.of());
    }

    /** Checks that a name can name a service, and returns it; throws {@link IllegalArgumentException} otherwise. */
    public static String requireServiceName(String service) {
        requireNonNull(service, "service");
        if (!Text.isName(service, MAX_SERVICE_CHARS)) {
            throw new IllegalArgumentException("service: " + Text.quoted(service) + " (expected: 1 to "
                    + MAX_SERVICE_CHARS + " visible characters without '/')");
        }
        return service;
    }

    /** The first endpoint. */
    public Endpoint endpoint() {
        return endpoints.get(0);
    }

    /**
     * The first endpoint with this scheme.
     *
     * @throws NoSuchElementException if there is none; the message names those there are
     */
    public Endpoint endpoint(String scheme) {
        for (Endpoint endpoint : endpoints) {
            if (endpoint.scheme().equals(scheme)) {
                return endpoint;
            }
        }
        throw new NoSuchElementException("no endpoint with scheme " + Text.quoted(scheme) + " in " + service + "/" + id
                + ", it has " + endpoints);
    }

    /** The same under another id. */
    public Instance withId(String id) {
        return new Instance(service, id, endpoints, weight, status, zone, version, metadata);
    }

    /** The same at other endpoints. The id stays. */
    public Instance withEndpoints(List<Endpoint> endpoints) {
        return new Instance(service, id, endpoints, weight, status, zone, version, metadata);
    }

    /** The same with another weight, 0 to 1,000,000. */
    public Instance withWeight(int weight) {
        return new Instance(service, id, endpoints, weight, status, zone, version, metadata);
    }

    /** The same with another status. */
    public Instance withStatus(Status status) {
        return new Instance(service, id, endpoints, weight, status, zone, version, metadata);
    }

    /** The same in another zone; empty for unknown. */
    public Instance withZone(String zone) {
        return new Instance(service, id, endpoints, weight, status, zone, version, metadata);
    }

    /** The same with another version; empty for unknown. */
    public Instance withVersion(String version) {
        return new Instance(service, id, endpoints, weight, status, zone, version, metadata);
    }

    /** The same with other metadata instead of what it had. */
    public Instance withMetadata(Map<String, String> metadata) {
        return new Instance(service, id, endpoints, weight, status, zone, version, metadata);
    }

    /** The same with one entry of metadata added or replaced. */
    public Instance withMetadata(String key, String value) {
        Map<String, String> entries = new HashMap<>(metadata);
        entries.put(requireNonNull(key, "key"), requireNonNull(value, "value"));
        return withMetadata(entries);
    }

    private static void requireLabel(String what, String label) {
        requireNonNull(label, what);
        if (label.length() > MAX_LABEL_CHARS
                || label.chars().anyMatch(Character::isISOControl)
                || !Text.isWellFormed(label)) {
            throw new IllegalArgumentException(what + ": " + Text.quoted(label) + " (expected: up to " + MAX_LABEL_CHARS
                    + " characters of well-formed Unicode, no control characters)");
        }
    }

    private static void requireMetadata(Map<String, String> metadata) {
        if (metadata.isEmpty()) {
            return;
        }
        if (metadata.size() > MAX_METADATA_ENTRIES) {
            throw new IllegalArgumentException(
                    "metadata: " + metadata.size() + " entries (expected: up to " + MAX_METADATA_ENTRIES + ")");
        }
        int chars = 0;
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            if (entry.getKey().isEmpty() || entry.getKey().length() > MAX_LABEL_CHARS) {
                throw new IllegalArgumentException("metadata key: " + Text.quoted(entry.getKey()) + " (expected: 1 to "
                        + MAX_LABEL_CHARS + " characters)");
            }
            if (!Text.isWellFormed(entry.getKey()) || !Text.isWellFormed(entry.getValue())) {
                throw new IllegalArgumentException("metadata[" + Text.quoted(entry.getKey())
                        + "]: half of a surrogate pair (expected: well-formed Unicode, which every store can keep)");
            }
            chars += entry.getKey().length() + entry.getValue().length();
        }
        if (chars > MAX_METADATA_CHARS) {
            throw new IllegalArgumentException(
                    "metadata: " + chars + " characters in all (expected: up to " + MAX_METADATA_CHARS + ")");
        }
    }
}
