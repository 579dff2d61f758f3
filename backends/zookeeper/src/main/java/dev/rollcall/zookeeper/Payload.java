package dev.rollcall.zookeeper;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What stands in the payload of Curator's JSON, where each framework expects an object of a class of its own and fails on any other. Nobody here makes an
 * object of a class that is named in a payload.
 */
enum Payload {
    /** None, which suits all of Curator's readers. */
    NONE(""),
    /** What Spring Cloud ZooKeeper expects. Its load balancer leaves out whose {@code instance_status} isn't {@code UP}. */
    SPRING("org.springframework.cloud.zookeeper.discovery.ZookeeperInstance"),
    /** What Dubbo's discovery of the application level expects. */
    DUBBO("org.apache.dubbo.registry.zookeeper.ZookeeperInstance");

    static final String SPRING_STATUS = "instance_status";
    static final String DUBBO_ENDPOINTS = "dubbo.endpoints";

    private static final String DUBBO_STORAGE = "dubbo.metadata.storage-type";
    private static final JsonFactory JSON = new JsonFactory();

    private final String className;

    Payload(String className) {
        this.className = className;
    }

    void write(JsonGenerator out, Instance instance) throws IOException {
        if (this == NONE) {
            out.writeNullField("payload");
            return;
        }
        out.writeObjectFieldStart("payload");
        out.writeStringField("@class", className);
        out.writeStringField("id", instance.id());
        out.writeStringField("name", instance.service());
        out.writeObjectFieldStart("metadata");
        for (Map.Entry<String, String> entry : metadata(instance).entrySet()) {
            out.writeStringField(entry.getKey(), entry.getValue());
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    private Map<String, String> metadata(Instance instance) {
        Map<String, String> metadata = new TreeMap<>(instance.metadata());
        if (instance.weight() != 1) {
            metadata.putIfAbsent("weight", Integer.toString(instance.weight()));
        }
        if (!instance.zone().isEmpty()) {
            metadata.putIfAbsent("zone", instance.zone());
        }
        if (!instance.version().isEmpty()) {
            metadata.putIfAbsent("version", instance.version());
        }
        if (this == SPRING) {
            metadata.put(SPRING_STATUS, instance.status() == Status.UP ? "UP" : "OUT_OF_SERVICE");
        } else {
            metadata.put(DUBBO_ENDPOINTS, dubboEndpoints(instance));
            metadata.putIfAbsent(DUBBO_STORAGE, "local");
        }
        return metadata;
    }

    /** The ports on the principal endpoint's host, and what is spoken there: {@code [{"port":20880,"protocol":"dubbo"}]}. */
    private static String dubboEndpoints(Instance instance) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartArray();
            for (Endpoint endpoint : instance.endpoints()) {
                if (endpoint.host().equals(instance.endpoint().host())) {
                    out.writeStartObject();
                    out.writeNumberField("port", endpoint.port());
                    out.writeStringField("protocol", endpoint.scheme().equals("tcp") ? "dubbo" : endpoint.scheme());
                    out.writeEndObject();
                }
            }
            out.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return text.toString();
    }
}
