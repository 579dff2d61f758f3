package dev.rollcall.console;

import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns counts of requests into requests a second. Confined to the board's thread. */
final class TrafficMeter {
    private final Traffic traffic;
    private final Clock clock;
    private Map<String, Map<String, Long>> before = Map.of();
    private long beforeMillis;

    /** What flowed since the last measurement: service, instance, requests a second. Services without any are left out. */
    record Rates(Map<String, Map<String, Double>> perSecond) {

        /**
         * @param opened the service of which the instances are told as well
         * @param ejected who of that service gets nothing now, and why
         */
        Buffer message(@Nullable String opened, Map<String, String> ejected) {
            return EventText.event("traffic", json -> {
                json.writeObjectFieldStart("services");
                for (Map.Entry<String, Map<String, Double>> service : perSecond.entrySet()) {
                    json.writeNumberField(
                            service.getKey(),
                            service.getValue().values().stream()
                                    .mapToDouble(Double::doubleValue)
                                    .sum());
                }
                json.writeEndObject();
                Map<String, Double> instances = opened == null ? Map.of() : perSecond.getOrDefault(opened, Map.of());
                json.writeStringField("service", opened == null ? "" : opened);
                json.writeObjectFieldStart("instances");
                for (Map.Entry<String, Double> instance : instances.entrySet()) {
                    json.writeNumberField(instance.getKey(), instance.getValue());
                }
                json.writeEndObject();
                json.writeObjectFieldStart("ejected");
                for (Map.Entry<String, String> instance : ejected.entrySet()) {
                    json.writeStringField(instance.getKey(), instance.getValue());
                }
                json.writeEndObject();
            });
        }
    }

    TrafficMeter(Traffic traffic, Clock clock) {
        this.traffic = traffic;
        this.clock = clock;
        this.beforeMillis = clock.millis();
    }

    Rates measure(Collection<String> services) {
        long nowMillis = clock.millis();
        double seconds = Math.max(1, nowMillis - beforeMillis) / 1000.0;
        Map<String, Map<String, Long>> now = new HashMap<>();
        Map<String, Map<String, Double>> rates = new HashMap<>();
        for (String service : services) {
            Map<String, Long> requests = traffic.requests(service);
            if (requests.isEmpty()) {
                continue;
            }
            now.put(service, requests);
            Map<String, Long> earlier = before.getOrDefault(service, Map.of());
            Map<String, Double> perSecond = new HashMap<>();
            requests.forEach((id, count) ->
                    perSecond.put(id, Math.max(0, count - earlier.getOrDefault(id, count)) / seconds));
            rates.put(service, perSecond);
        }
        before = now;
        beforeMillis = nowMillis;
        return new Rates(rates);
    }
}
