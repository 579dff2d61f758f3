package dev.rollcall.console;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a page is told of the instances of the service that it shows. Confined to the board's thread. */
final class InstanceMessages {
    private final AskedOverrides overrides;

    InstanceMessages(AskedOverrides overrides) {
        this.overrides = overrides;
    }

    /** All of them; none if the service isn't known. */
    Buffer all(String name, @Nullable FollowedService service) {
        return EventText.event("instances", json -> {
            json.writeStringField("service", name);
            json.writeBooleanField("all", true);
            json.writeArrayFieldStart("instances");
            if (service != null) {
                for (Sighting sighting : service.sightings()) {
                    row(json, service, sighting);
                }
            }
            json.writeEndArray();
        });
    }

    /** Those that came, changed or left. */
    Buffer some(FollowedService service, Set<String> ids) {
        return EventText.event("instances", json -> {
            json.writeStringField("service", service.name());
            json.writeBooleanField("all", false);
            json.writeArrayFieldStart("instances");
            List<String> gone = new ArrayList<>();
            for (String id : ids) {
                Sighting sighting = service.sighting(id);
                if (sighting == null) {
                    gone.add(id);
                } else {
                    row(json, service, sighting);
                }
            }
            json.writeEndArray();
            json.writeArrayFieldStart("gone");
            for (String id : gone) {
                json.writeString(id);
            }
            json.writeEndArray();
        });
    }

    private void row(JsonGenerator json, FollowedService service, Sighting sighting) throws IOException {
        String id = sighting.instance().id();
        Rows.instance(json, sighting, service.held().contains(id), overrides.of(service.name(), id));
    }
}
