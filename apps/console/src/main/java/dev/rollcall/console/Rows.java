package dev.rollcall.console;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.InstanceOverride;
import dev.rollcall.Status;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the page is told, in JSON. */
final class Rows {
    private Rows() {}

    static void registry(JsonGenerator json, Freshness freshness, int unfollowed) throws IOException {
        json.writeObjectFieldStart("registry");
        freshness(json, freshness);
        json.writeNumberField("unfollowed", unfollowed);
        json.writeEndObject();
    }

    static void service(JsonGenerator json, FollowedService service) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", service.name());
        json.writeNumberField("total", service.total());
        json.writeNumberField("up", service.count(Status.UP));
        json.writeNumberField("draining", service.count(Status.DRAINING));
        json.writeNumberField("out", service.count(Status.OUT_OF_SERVICE));
        json.writeNumberField("held", service.held().size());
        json.writeNumberField("undecodable", service.undecodable());
        json.writeNumberField("changed", service.changedMillis());
        freshness(json, service.freshness());
        json.writeEndObject();
    }

    private static void freshness(JsonGenerator json, Freshness freshness) throws IOException {
        json.writeStringField("freshness", freshness.state().name().toLowerCase(Locale.ROOT));
        json.writeNumberField("since", freshness.sinceMillis());
        if (!freshness.why().isEmpty()) {
            json.writeStringField("why", freshness.why());
        }
    }

    static void instance(JsonGenerator json, Sighting sighting, boolean held, @Nullable InstanceOverride override)
            throws IOException {
        Instance instance = sighting.instance();
        json.writeStartObject();
        json.writeStringField("id", instance.id());
        json.writeArrayFieldStart("endpoints");
        for (Endpoint endpoint : instance.endpoints()) {
            json.writeString(endpoint.toString());
        }
        json.writeEndArray();
        json.writeNumberField("weight", instance.weight());
        json.writeStringField("status", instance.status().name().toLowerCase(Locale.ROOT));
        json.writeStringField("zone", instance.zone());
        json.writeStringField("version", instance.version());
        json.writeObjectFieldStart("metadata");
        for (Map.Entry<String, String> entry : instance.metadata().entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
        json.writeNumberField("since", sighting.sinceMillis);
        json.writeBooleanField("older", sighting.fromStart);
        json.writeNumberField("changed", sighting.changedMillis());
        json.writeNumberField("statusSince", sighting.statusMillis());
        json.writeBooleanField("held", held);
        if (override != null) {
            override(json, override, override.isSeenIn(instance));
        }
        json.writeEndObject();
    }

    private static void override(JsonGenerator json, InstanceOverride override, boolean seen) throws IOException {
        json.writeObjectFieldStart("override");
        if (override.status() != null) {
            json.writeStringField("status", override.status().name().toLowerCase(Locale.ROOT));
        }
        if (override.weight() != null) {
            json.writeNumberField("weight", override.weight());
        }
        json.writeNumberField("since", override.since().toEpochMilli());
        json.writeNumberField("until", override.until().toEpochMilli());
        json.writeStringField("by", override.by());
        json.writeBooleanField("seen", seen);
        json.writeEndObject();
    }

    static void timeline(JsonGenerator json, List<Happening> happenings) throws IOException {
        json.writeArrayFieldStart("timeline");
        for (Happening happening : happenings) {
            json.writeStartObject();
            json.writeNumberField("number", happening.number());
            json.writeNumberField("at", happening.atMillis());
            json.writeStringField("kind", happening.kind().json());
            json.writeStringField("service", happening.service());
            json.writeStringField("instance", happening.instance());
            json.writeStringField("text", happening.text());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Seconds in which something happened, from one to another. */
    static void churn(JsonGenerator json, Churn churn, long fromSecond, long toSecond) throws IOException {
        json.writeArrayFieldStart("churn");
        for (long second = fromSecond; second <= toSecond; second++) {
            Churn.Second at = churn.at(second);
            if (!at.isEmpty()) {
                json.writeStartArray();
                json.writeNumber(at.second());
                json.writeNumber(at.came());
                json.writeNumber(at.changed());
                json.writeNumber(at.left());
                json.writeEndArray();
            }
        }
        json.writeEndArray();
    }
}
