package dev.rollcall.consul;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Origin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes an instance as a service of a Consul agent:
 *
 * <pre>{@code
 * {"ID":"orders~10.0.0.5:8080","Name":"orders","Address":"10.0.0.5","Port":8080,"Tags":["blue"],
 *  "TaggedAddresses":{"http":{"Address":"http://10.0.0.5:8080","Port":8080}},
 *  "Weights":{"Passing":3,"Warning":3},
 *  "Meta":{"rollcall-check":"rollcall:6f0c…-1","rollcall-id":"10.0.0.5:8080","rollcall-endpoints":"http://10.0.0.5:8080",
 *          "rollcall-status":"draining","zone":"eu-1","version":"1.4","team":"a"},
 *  "Checks":[{"CheckID":"rollcall:6f0c…-1","Name":"Rollcall heartbeat","Notes":"7","TTL":"10000ms","Status":"warning",
 *             "DeregisterCriticalServiceAfter":"60000ms"}]}
 * }</pre>
 *
 * <p>Address and Port are the first endpoint's; a tagged address holds the whole URL, which is what kratos reads. {@code rollcall-status} is absent for
 * an instance that is up; {@code rollcall-weight} is there where Consul's own range, 1 to 65,535, doesn't hold the weight. Metadata is Meta, but for
 * {@code tags}, and for what Consul's limits keep out ({@link MetaKeys}): that is in {@code rollcall-more}, JSON. Notes change with every
 * write, so that a change of the service is a change of its check too; see {@link SharedWatch}. The heartbeat warns while the instance isn't up, for those who don't know
 * {@code rollcall-status} and go by what passes. A {@link NativeCheck} is a second check.
 *
 * <p>In another {@link CatalogLayout} than the native one the same fields are there, and what that layout adds: {@code rollcall-layout} names it, {@code rollcall-added} the keys
 * of the Meta that aren't the instance's, {@code rollcall-service} the service where Consul's name is another; the tags are the layout's and then the instance's, which for our
 * own readers are in {@code rollcall-more} too. Immutable.
 */
final class RegistrationJson {
    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    private static final int LARGEST_WEIGHT = 65_535;
    private static final Duration SHORTEST_DEREGISTRATION = Duration.ofMinutes(1);
    private static final int DEREGISTRATION_TTLS = 3;

    private final String prefix;
    private final CatalogLayout layout;
    private final boolean isNative;
    private final Optional<NativeCheck> check;
    private final long ttlMillis;
    private final long deregisterMillis;

    /**
     * A writer.
     *
     * @param layout what is written for
     * @param check what instances have that don't say otherwise
     */
    RegistrationJson(CatalogLayout layout, String prefix, Duration ttl, Optional<NativeCheck> check) {
        this.prefix = prefix;
        this.layout = layout;
        isNative = layout instanceof NativeLayout;
        this.check = check;
        ttlMillis = ttl.toMillis();
        deregisterMillis = Math.max(SHORTEST_DEREGISTRATION.toMillis(), DEREGISTRATION_TTLS * ttlMillis);
    }

    /**
     * The body of a registration.
     *
     * @param checkId of the heartbeat
     * @param write counts the writes of this instance
     * @throws IllegalArgumentException if Consul's Meta can't hold it, the layout can't name its service, or it asks for a check that doesn't exist; the message
     *     says so
     */
    byte[] write(Instance registered, String checkId, long write) {
        Instance instance = Origin.unmarked(registered);
        layout.requireWritable(instance);
        Map<String, String> meta = meta(instance, checkId);
        Optional<NativeCheck> second = NativeCheck.of(instance, check);
        String id = serviceId(instance.service(), instance.id());
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("ID", id);
            json.writeStringField("Name", prefix + layout.serviceName(instance.service()));
            json.writeStringField("Address", instance.endpoint().host());
            json.writeNumberField("Port", instance.endpoint().port());
            writeTags(json, instance);
            writeTaggedAddresses(json, instance);
            json.writeObjectFieldStart("Weights");
            int weight = Math.max(1, Math.min(LARGEST_WEIGHT, instance.weight()));
            json.writeNumberField("Passing", weight);
            json.writeNumberField("Warning", weight);
            json.writeEndObject();
            json.writeObjectFieldStart("Meta");
            for (Map.Entry<String, String> entry : meta.entrySet()) {
                json.writeStringField(entry.getKey(), entry.getValue());
            }
            json.writeEndObject();
            json.writeArrayFieldStart("Checks");
            writeHeartbeat(json, checkId, instance.status(), write);
            if (second.isPresent()) {
                second.get().write(json, instance, id);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return out.toByteArray();
    }

    /** What an instance is called at the agent. */
    String serviceId(String service, String id) {
        return layout.serviceId(prefix + service, id);
    }

    private void writeHeartbeat(JsonGenerator json, String checkId, Status status, long write) throws IOException {
        json.writeStartObject();
        json.writeStringField("CheckID", checkId);
        json.writeStringField("Name", "Rollcall heartbeat");
        json.writeStringField("Notes", Long.toString(write));
        json.writeStringField("TTL", ttlMillis + "ms");
        json.writeStringField("Status", status == Status.UP ? "passing" : AgentService.WARNING);
        json.writeStringField("DeregisterCriticalServiceAfter", deregisterMillis + "ms");
        json.writeEndObject();
    }

    private void writeTags(JsonGenerator json, Instance instance) throws IOException {
        List<String> tags = new ArrayList<>(layout.tags(instance));
        String own = instance.metadata().get(MetaKeys.TAGS);
        if (own != null) {
            for (String tag : own.split(",", -1)) {
                if (layout.bears(tag)) {
                    tags.add(tag);
                }
            }
        }
        if (!tags.isEmpty()) {
            json.writeArrayFieldStart("Tags");
            for (String tag : tags) {
                json.writeString(tag);
            }
            json.writeEndArray();
        }
    }

    private static void writeTaggedAddresses(JsonGenerator json, Instance instance) throws IOException {
        json.writeObjectFieldStart("TaggedAddresses");
        Set<String> schemes = new LinkedHashSet<>();
        for (Endpoint endpoint : instance.endpoints()) {
            if (schemes.add(endpoint.scheme())) {
                json.writeObjectFieldStart(endpoint.scheme());
                json.writeStringField("Address", endpoint.toString());
                json.writeNumberField("Port", endpoint.port());
                json.writeEndObject();
            }
        }
        json.writeEndObject();
    }

    private Map<String, String> meta(Instance instance, String checkId) {
        Map<String, String> meta = new LinkedHashMap<>();
        Map<String, String> more = new LinkedHashMap<>();
        Map<String, String> moreMetadata = new LinkedHashMap<>();
        meta.put(MetaKeys.CHECK, checkId);
        put(meta, more, MetaKeys.ID, instance.id());
        List<String> endpoints =
                instance.endpoints().stream().map(Endpoint::toString).toList();
        put(meta, more, MetaKeys.ENDPOINTS, String.join(" ", endpoints));
        if (instance.status() != Status.UP) {
            meta.put(MetaKeys.STATUS, StatusName.of(instance.status()));
        }
        if (instance.weight() < 1 || instance.weight() > LARGEST_WEIGHT) {
            meta.put(MetaKeys.WEIGHT, Integer.toString(instance.weight()));
        }
        if (!instance.zone().isEmpty()) {
            put(meta, more, MetaKeys.ZONE, instance.zone());
        }
        if (!instance.version().isEmpty()) {
            put(meta, more, MetaKeys.VERSION, instance.version());
        }
        instance.metadata().forEach((key, value) -> {
            if (MetaKeys.fits(key, value) && !key.equals(MetaKeys.TAGS)) {
                meta.put(key, value);
            } else if (!isNative || !key.equals(MetaKeys.TAGS)) {
                moreMetadata.put(key, value);
            }
        });
        if (!isNative) {
            addLayout(meta, moreMetadata, instance);
        }
        List<String> parts = more.isEmpty() && moreMetadata.isEmpty() ? List.of() : parts(json(more, moreMetadata));
        if (meta.size() + parts.size() > MetaKeys.MAX_ENTRIES) {
            throw new IllegalArgumentException("it needs " + (meta.size() + parts.size())
                    + " entries in Consul's Meta (expected: up to " + MetaKeys.MAX_ENTRIES + " of up to "
                    + MetaKeys.MAX_VALUE_BYTES + " bytes); make its metadata smaller");
        }
        for (int i = 0; i < parts.size(); i++) {
            meta.put(MetaKeys.more(i), parts.get(i));
        }
        return meta;
    }

    private void addLayout(Map<String, String> meta, Map<String, String> moreMetadata, Instance instance) {
        List<String> added = new ArrayList<>();
        layout.meta(instance).forEach((key, value) -> {
            if (!moreMetadata.containsKey(key) && meta.putIfAbsent(key, value) == null) {
                added.add(key);
            }
        });
        meta.put(MetaKeys.LAYOUT, layout.name());
        if (!added.isEmpty()) {
            meta.put(MetaKeys.ADDED, String.join(",", added));
        }
        if (!layout.serviceName(instance.service()).equals(instance.service())) {
            meta.put(MetaKeys.SERVICE, instance.service());
        }
    }

    private static void put(Map<String, String> meta, Map<String, String> more, String key, String value) {
        (MetaKeys.fits(value) ? meta : more).put(key, value);
    }

    private static String json(Map<String, String> fields, Map<String, String> metadata) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            for (Map.Entry<String, String> field : fields.entrySet()) {
                json.writeStringField(field.getKey(), field.getValue());
            }
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart("metadata");
                for (Map.Entry<String, String> entry : metadata.entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return text.toString();
    }

    private static List<String> parts(String ascii) {
        List<String> parts = new ArrayList<>();
        for (int from = 0; from < ascii.length(); from += MetaKeys.MAX_VALUE_BYTES) {
            parts.add(ascii.substring(from, Math.min(ascii.length(), from + MetaKeys.MAX_VALUE_BYTES)));
        }
        return parts;
    }
}
