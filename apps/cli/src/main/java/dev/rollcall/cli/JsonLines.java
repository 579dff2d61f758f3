package dev.rollcall.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.balance.Explanation;
import dev.rollcall.bridge.BridgeState;
import dev.rollcall.bridge.ComparisonState;
import dev.rollcall.bridge.Difference;
import dev.rollcall.bridge.Problem;
import dev.rollcall.bridge.SideState;
import dev.rollcall.config.ConfigEntry;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Results as JSON, one object a line. The field names are stable: scripts rely on them. */
final class JsonLines {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final DateTimeFormatter MILLISECONDS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private JsonLines() {}

    static String instance(Instance instance) {
        return object(json -> instanceFields(json, instance));
    }

    /**
     * What was chosen.
     *
     * @param chosen null for nobody, and then without an endpoint
     * @param explanation null for none
     */
    static String choice(@Nullable Instance chosen, @Nullable Endpoint endpoint, @Nullable Explanation explanation) {
        return object(json -> {
            if (chosen != null && endpoint != null) {
                json.writeStringField("address", endpoint.authority());
                json.writeStringField("endpoint", endpoint.toString());
                instanceFields(json, chosen);
            }
            if (explanation != null) {
                explanationFields(json, explanation);
            }
        });
    }

    private static void explanationFields(JsonGenerator json, Explanation explanation) throws IOException {
        json.writeArrayFieldStart("reasons");
        for (String reason : explanation.reasons()) {
            json.writeString(reason);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("considered");
        for (Explanation.Standing standing : explanation.considered()) {
            json.writeStartObject();
            instanceFields(json, standing.instance());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("excluded");
        for (Explanation.Exclusion exclusion : explanation.excluded()) {
            json.writeStartObject();
            json.writeStringField("reason", exclusion.reason());
            instanceFields(json, exclusion.instance());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static String service(ServiceCount count) {
        return object(json -> {
            json.writeStringField("service", count.service());
            json.writeNumberField("instances", count.instances());
            json.writeNumberField("up", count.up());
        });
    }

    static String event(ViewEvent event, Instant time) {
        return object(json -> {
            json.writeStringField("event", event.name());
            json.writeStringField("time", timestamp(time));
            if (event instanceof ViewEvent.Added added) {
                instanceFields(json, added.instance());
            } else if (event instanceof ViewEvent.Changed changed) {
                instanceFields(json, changed.after());
            } else if (event instanceof ViewEvent.Removed removed) {
                instanceFields(json, removed.instance());
            } else if (event instanceof ViewEvent.Stale stale) {
                json.writeStringField("service", stale.service());
                json.writeNumberField("instances", stale.instances());
                json.writeStringField("since", timestamp(stale.since()));
                json.writeStringField("cause", stale.cause());
            } else if (event instanceof ViewEvent.Fresh fresh) {
                json.writeStringField("service", fresh.service());
                json.writeNumberField("instances", fresh.instances());
            }
        });
    }

    static String diagnosis(Diagnosis diagnosis) {
        return object(json -> {
            json.writeStringField("subject", diagnosis.subject());
            json.writeStringField("check", diagnosis.finding().check());
            json.writeStringField(
                    "result", FindingPrinter.name(diagnosis.finding().verdict()));
            json.writeStringField("text", diagnosis.finding().text());
            json.writeStringField("remedy", diagnosis.finding().remedy());
        });
    }

    static String config(ConfigEntry entry) {
        return object(json -> {
            json.writeStringField("key", entry.key());
            json.writeNumberField("revision", entry.revision());
            json.writeStringField("text", entry.text());
        });
    }

    static String configWritten(ConfigEntry entry) {
        return object(json -> {
            json.writeStringField("key", entry.key());
            json.writeNumberField("revision", entry.revision());
        });
    }

    static String event(ConfigEvent event, Instant time) {
        return object(json -> {
            json.writeStringField("event", event.name());
            json.writeStringField("time", timestamp(time));
            json.writeStringField("key", event.key());
            Instant since = event.since();
            if (since != null) {
                json.writeStringField("since", timestamp(since));
            }
            if (event.detail() != null) {
                json.writeStringField(event.name().equals("stale") ? "cause" : "text", event.detail());
            }
        });
    }

    static String bridgeState(BridgeState state, Instant time) {
        return object(json -> {
            event(json, state.role().name().toLowerCase(Locale.ROOT), time);
            json.writeNumberField("mirrored", state.mirrored());
            json.writeNumberField("standby", state.standby());
            json.writeNumberField("pending", state.pending());
            json.writeNumberField("failed", state.failed());
            json.writeNumberField("yielded", state.yielded());
            json.writeNumberField("shadowed", state.shadowed());
            json.writeNumberField("ignored", state.ignored());
            json.writeNumberField("lagP50Micros", state.lag().p50().toNanos() / 1_000);
            json.writeNumberField("lagP99Micros", state.lag().p99().toNanos() / 1_000);
            side(json, "source", state.source());
            side(json, "target", state.target());
        });
    }

    static String problem(String event, Problem problem, Instant time) {
        return object(json -> {
            event(json, event, time);
            json.writeStringField("service", problem.service());
            json.writeStringField("id", problem.id());
            json.writeStringField("text", problem.text());
        });
    }

    static String difference(String event, Difference difference, Instant time) {
        return object(json -> {
            event(json, event, time);
            json.writeStringField("service", difference.service());
            json.writeStringField("id", difference.id());
            json.writeStringField("since", timestamp(difference.since()));
            json.writeArrayFieldStart("fields");
            for (Difference.Field field : difference.fields()) {
                json.writeStartObject();
                json.writeStringField("name", field.name());
                json.writeStringField("source", field.source());
                json.writeStringField("target", field.target());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    static String comparison(ComparisonState state, Instant time) {
        return object(json -> {
            event(json, "compared", time);
            json.writeBooleanField("equal", state.equal());
            json.writeNumberField("missing", state.missing());
            json.writeNumberField("extra", state.extra());
            json.writeNumberField("different", state.different());
            side(json, "source", state.source());
            side(json, "target", state.target());
        });
    }

    static String check(ComparisonState.Check check) {
        return object(json -> {
            json.writeStringField("check", check.name());
            json.writeBooleanField("holds", check.holds());
            json.writeStringField("detail", check.detail());
        });
    }

    static String cutOver(boolean ready, ComparisonState state, Instant time) {
        return object(json -> {
            event(json, ready ? "ready" : "not-ready", time);
            json.writeNumberField("equalForMillis", state.equalFor().toMillis());
        });
    }

    private static void event(JsonGenerator json, String event, Instant time) throws IOException {
        json.writeStringField("event", event);
        json.writeStringField("time", timestamp(time));
    }

    private static void side(JsonGenerator json, String name, SideState side) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeBooleanField("fresh", side.fresh());
        json.writeNumberField("services", side.services());
        json.writeNumberField("instances", side.instances());
        json.writeNumberField("held", side.held());
        json.writeNumberField("undecodable", side.undecodable());
        if (side.since() != null) {
            json.writeStringField("since", timestamp(side.since()));
        }
        if (side.cause() != null) {
            json.writeStringField("cause", side.cause().getMessage());
        }
        json.writeEndObject();
    }

    private static void instanceFields(JsonGenerator json, Instance instance) throws IOException {
        json.writeStringField("service", instance.service());
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
    }

    private static String timestamp(Instant time) {
        return MILLISECONDS.format(time);
    }

    private static String object(Fields fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter failed", e);
        }
        return text.toString();
    }

    @FunctionalInterface
    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }
}
