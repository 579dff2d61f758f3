package dev.rollcall.formats;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.Origin;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What an ecosystem has no field for, carried in the metadata that it does have: {@code rollcall.endpoints} (separated by spaces), {@code
 * rollcall.weight}, {@code rollcall.status}, {@code rollcall.zone} and {@code rollcall.version}. Each is there only if a reader would take the
 * instance for another one without it, and is taken out of the metadata again by Rollcall's own readers; others see a few more entries.
 *
 * <p>An entry of the instance's own metadata under such a key, or under one that the format has taken for a field, is written as {@code
 * rollcall.metadata.} and its key. Stateless.
 */
public final class OwnFields {
    private static final String PREFIX = "rollcall.";
    private static final String ESCAPED = "rollcall.metadata.";
    private static final String ENDPOINTS = "rollcall.endpoints";
    private static final String WEIGHT = "rollcall.weight";
    private static final String STATUS = "rollcall.status";
    private static final String ZONE = "rollcall.zone";
    private static final String VERSION = "rollcall.version";
    private static final String PUBLIC_WEIGHT = "weight";

    private OwnFields() {}

    /**
     * The metadata to be stored for an instance.
     *
     * @param understood the instance as the format's reader would understand it by the ecosystem's own fields alone; its metadata doesn't matter
     * @param taken keys that the format writes or reads as fields of its own
     * @return modifiable, in the order of the keys
     */
    public static Map<String, String> write(Instance instance, Instance understood, Set<String> taken) {
        Map<String, String> entries = new TreeMap<>();
        instance.metadata().forEach((key, value) -> {
            if (!key.equals(Origin.KEY)) {
                entries.put(key.startsWith(PREFIX) || taken.contains(key) ? ESCAPED + key : key, value);
            }
        });
        if (!instance.endpoints().equals(understood.endpoints())) {
            entries.put(
                    ENDPOINTS,
                    String.join(
                            " ",
                            instance.endpoints().stream()
                                    .map(Endpoint::toString)
                                    .toList()));
        }
        if (instance.weight() != understood.weight()) {
            entries.put(WEIGHT, Integer.toString(instance.weight()));
        }
        if (instance.status() != understood.status()) {
            entries.put(STATUS, name(instance.status()));
        }
        if (!instance.zone().equals(understood.zone())) {
            entries.put(ZONE, instance.zone());
        }
        if (!instance.version().equals(understood.version())) {
            entries.put(VERSION, instance.version());
        }
        return entries;
    }

    /**
     * As {@link #write}, and the weight stands under {@code weight} too, where others look for it, unless the instance's own metadata has
     * such an entry.
     */
    public static Map<String, String> writeWithWeight(Instance instance, Instance understood, Set<String> taken) {
        Map<String, String> entries = write(instance, understood, taken);
        if (entries.containsKey(WEIGHT) && !mentionsWeight(entries)) {
            entries.put(PUBLIC_WEIGHT, Integer.toString(instance.weight()));
            entries.put(WEIGHT, PUBLIC_WEIGHT);
        }
        return entries;
    }

    /** Whether {@code weight} in these entries is Rollcall's, from {@link #writeWithWeight}. */
    static boolean isWeightOurs(Map<String, String> entries) {
        return PUBLIC_WEIGHT.equals(entries.get(WEIGHT));
    }

    /**
     * The instance that was written.
     *
     * @param understood what the ecosystem's own fields say; its metadata doesn't matter
     * @param entries the metadata as stored, which becomes the instance's but for what {@link #write} has added
     * @throws IllegalArgumentException if one of Rollcall's own fields is malformed, or the metadata exceeds an instance's limits
     */
    public static Instance restore(Instance understood, Map<String, String> entries) {
        Map<String, String> metadata = new HashMap<>();
        entries.forEach((key, value) -> {
            if (!isOwn(key)) {
                metadata.put(key.startsWith(ESCAPED) ? key.substring(ESCAPED.length()) : key, value);
            }
        });
        String weight = entries.get(WEIGHT);
        String status = entries.get(STATUS);
        String endpoints = entries.get(ENDPOINTS);
        if (isWeightOurs(entries)) {
            weight = metadata.remove(PUBLIC_WEIGHT);
        }
        return new Instance(
                understood.service(),
                understood.id(),
                endpoints == null ? understood.endpoints() : endpoints(endpoints),
                weight == null ? understood.weight() : number(weight),
                status == null ? understood.status() : status(status),
                entries.getOrDefault(ZONE, understood.zone()),
                entries.getOrDefault(VERSION, understood.version()),
                metadata);
    }

    /**
     * The weight that an entry {@code weight}, in any case, states: between 0 and the largest there is.
     *
     * @param otherwise where there is none, or it says nothing sensible
     */
    public static int foreignWeight(Map<String, String> entries, int otherwise) {
        String exact = entries.get(PUBLIC_WEIGHT);
        if (exact != null) {
            return foreignWeight(exact, otherwise);
        }
        // of several, always the same one, whatever the map's order
        return entries.keySet().stream()
                .filter(PUBLIC_WEIGHT::equalsIgnoreCase)
                .min(Comparator.naturalOrder())
                .map(key -> foreignWeight(entries.getOrDefault(key, ""), otherwise))
                .orElse(otherwise);
    }

    /** The weight that a text states, as {@link #foreignWeight(Map, int)}. */
    public static int foreignWeight(String text, int otherwise) {
        try {
            double weight = Double.parseDouble(text);
            return Double.isNaN(weight)
                    ? otherwise
                    : (int) Math.max(0, Math.min(Instance.MAX_WEIGHT, Math.round(weight)));
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private static boolean mentionsWeight(Map<String, String> entries) {
        return entries.keySet().stream().anyMatch(PUBLIC_WEIGHT::equalsIgnoreCase);
    }

    private static boolean isOwn(String key) {
        return switch (key) {
            case ENDPOINTS, WEIGHT, STATUS, ZONE, VERSION -> true;
            default -> false;
        };
    }

    private static List<Endpoint> endpoints(String text) {
        return List.of(text.split(" ", -1)).stream().map(Endpoint::parse).toList();
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(WEIGHT + ": not a whole number", e);
        }
    }

    private static String name(Status status) {
        return switch (status) {
            case UP -> "up";
            case DRAINING -> "draining";
            case OUT_OF_SERVICE -> "out_of_service";
        };
    }

    private static Status status(String name) {
        for (Status status : Status.values()) {
            if (name(status).equals(name)) {
                return status;
            }
        }
        throw new IllegalArgumentException(STATUS + ": another one than up, draining or out_of_service");
    }
}
