package dev.rollcall.console;

import dev.rollcall.console.Happening.Kind;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells the timeline whom a gateway beside the console ejects, and lets come back. Confined to the board's thread. */
final class Ejections {
    private final Traffic traffic;
    private final Timeline timeline;
    private final Map<String, Map<String, String>> before = new HashMap<>();

    Ejections(Traffic traffic, Timeline timeline) {
        this.traffic = traffic;
        this.timeline = timeline;
    }

    /** Who of a service was ejected when that was last looked at, and why, by id. */
    Map<String, String> of(@Nullable String service) {
        return service == null ? Map.of() : before.getOrDefault(service, Map.of());
    }

    /**
     * Looks who is ejected now.
     *
     * @return whether anything has changed
     */
    boolean look(FollowedService service, long nowMillis) {
        Map<String, String> now = traffic.ejected(service.name());
        Map<String, String> known = now.isEmpty() ? before.remove(service.name()) : before.put(service.name(), now);
        Map<String, String> earlier = known == null ? Map.of() : known;
        boolean changed = false;
        for (Map.Entry<String, String> one : now.entrySet()) {
            if (!earlier.containsKey(one.getKey())) {
                changed = true;
                timeline.add(
                        nowMillis,
                        Kind.EJECTED,
                        service.name(),
                        one.getKey(),
                        "ejected by the gateway, which sends it nothing for a while: " + one.getValue());
            }
        }
        for (String id : earlier.keySet()) {
            // One that has left is told of anyway.
            if (!now.containsKey(id) && service.sighting(id) != null) {
                changed = true;
                timeline.add(nowMillis, Kind.RETURNED, service.name(), id, "chosen by the gateway again");
            }
        }
        return changed;
    }
}
