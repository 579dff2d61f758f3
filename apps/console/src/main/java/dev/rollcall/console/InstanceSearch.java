package dev.rollcall.console;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Finds instances of all services by a part of their id, endpoints, zone or version, whatever the case of its letters. Looks at each, which takes
 * some 20 ms for a hundred thousand: an index would have to be kept up to date with every change of theirs.
 */
final class InstanceSearch {
    /** More are counted, and not shown. */
    static final int MAX_SHOWN = 100;

    static final int MIN_CHARS = 2;
    static final int MAX_CHARS = 255;
    private static final int MAX_PORT_DIGITS = 5;
    private static final char LAST_ASCII = 0x7f;

    private InstanceSearch() {}

    private record Hit(String service, Instance instance) {}

    /**
     * What is found, in JSON.
     *
     * @throws IllegalArgumentException if the text is too short, so that nearly everything would be found, or too long
     */
    static Buffer find(Collection<FollowedService> services, String text) {
        String wanted = text.strip().toLowerCase(Locale.ROOT);
        if (wanted.length() < MIN_CHARS || wanted.length() > MAX_CHARS) {
            throw new IllegalArgumentException(
                    "search: " + wanted.length() + " characters (expected: " + MIN_CHARS + " to " + MAX_CHARS + ")");
        }
        String piece = longestPiece(wanted);
        List<Hit> hits = new ArrayList<>();
        int count = 0;
        for (FollowedService service : services) {
            for (Instance instance : service.instances()) {
                if (matches(instance, wanted, piece) && count++ < MAX_SHOWN) {
                    hits.add(new Hit(service.name(), instance));
                }
            }
        }
        int found = count;
        return EventText.object(json -> {
            json.writeNumberField("found", found);
            json.writeArrayFieldStart("instances");
            for (Hit hit : hits) {
                json.writeStartObject();
                json.writeStringField("service", hit.service());
                json.writeStringField("id", hit.instance().id());
                json.writeStringField("status", hit.instance().status().name().toLowerCase(Locale.ROOT));
                json.writeStringField("endpoint", hit.instance().endpoint().toString());
                json.writeStringField("zone", hit.instance().zone());
                json.writeStringField("version", hit.instance().version());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private static boolean matches(Instance instance, String wanted, String piece) {
        if (contains(instance.id(), wanted)
                || contains(instance.zone(), wanted)
                || contains(instance.version(), wanted)) {
            return true;
        }
        for (Endpoint endpoint : instance.endpoints()) {
            if (mayMatch(endpoint, piece) && contains(endpoint.toString(), wanted)) {
                return true;
            }
        }
        return false;
    }

    /** The longest piece of what is looked for that can only stand within one part of an endpoint, as those are told apart by what is left out. */
    private static String longestPiece(String wanted) {
        String longest = "";
        for (String piece : wanted.split("[:/\\[\\]]+", -1)) {
            if (piece.length() > longest.length()) {
                longest = piece;
            }
        }
        return longest;
    }

    /** Spares the text of a hundred thousand endpoints, nearly none of which are looked for. */
    private static boolean mayMatch(Endpoint endpoint, String piece) {
        return piece.isEmpty()
                || contains(endpoint.host(), piece)
                || contains(endpoint.scheme(), piece)
                || (isPort(piece) && Integer.toString(endpoint.port()).contains(piece));
    }

    private static boolean isPort(String piece) {
        return piece.length() <= MAX_PORT_DIGITS && piece.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Makes no copy in lower case of each of a hundred thousand texts. */
    private static boolean contains(String text, String lowerCase) {
        char lower = lowerCase.charAt(0);
        char upper = Character.toUpperCase(lower);
        for (int at = 0; at <= text.length() - lowerCase.length(); at++) {
            char c = text.charAt(at);
            // nearly all of the time goes to places where not even the first letter fits
            boolean mayBegin = c == lower || c == upper || c > LAST_ASCII;
            if (mayBegin && text.regionMatches(true, at, lowerCase, 0, lowerCase.length())) {
                return true;
            }
        }
        return false;
    }
}
