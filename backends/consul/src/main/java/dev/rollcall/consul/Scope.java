package dev.rollcall.consul;

import dev.rollcall.spi.StoreUri;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part of Consul's catalogue that is discovered. Immutable.
 *
 * @param datacenter empty for the agent's own
 * @param tags what a service must have, all of them; names of services are listed when some instance has each
 * @param nodeMeta what a service's node must have in its metadata, all of it
 */
record Scope(Optional<String> datacenter, List<String> tags, Map<String, String> nodeMeta) {
    private static final Pattern DATACENTER = Pattern.compile("[A-Za-z0-9_-]{1,128}");
    private static final int MAX_FILTERS = 16;
    private static final int MAX_FILTER_CHARS = 512;

    /**
     * Reads {@code dc}, {@code tag} and {@code nodeMeta}.
     *
     * @throws IllegalArgumentException if one is malformed; the message says what was expected
     */
    static Scope of(StoreUri uri) {
        Optional<String> datacenter = uri.parameter("dc");
        if (datacenter.isPresent() && !DATACENTER.matcher(datacenter.get()).matches()) {
            throw new IllegalArgumentException(
                    "registry parameter dc: \"" + datacenter.get() + "\" (expected: a datacenter's name such as dc1)");
        }
        Map<String, String> nodeMeta = new LinkedHashMap<>();
        for (String entry : list(uri, "nodeMeta")) {
            int colon = entry.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException(
                        "registry parameter nodeMeta: \"" + entry + "\" (expected: key:value,key:value)");
            }
            nodeMeta.put(entry.substring(0, colon), entry.substring(colon + 1));
        }
        return new Scope(datacenter, list(uri, "tag"), nodeMeta);
    }

    private static List<String> list(StoreUri uri, String parameter) {
        Optional<String> text = uri.parameter(parameter);
        if (text.isEmpty()) {
            return List.of();
        }
        List<String> parts = List.of(text.get().split(",", -1));
        if (parts.size() > MAX_FILTERS
                || parts.stream().anyMatch(part -> part.isEmpty() || part.length() > MAX_FILTER_CHARS)) {
            throw new IllegalArgumentException("registry parameter " + parameter + ": \"" + text.get()
                    + "\" (expected: 1 to " + MAX_FILTERS + " of up to " + MAX_FILTER_CHARS
                    + " characters, separated by commas)");
        }
        return parts;
    }

    /** The query that asks for a service's instances. */
    String ofInstances() {
        return joined(Stream.concat(everywhere(), tags.stream().map(tag -> "tag=" + Call.part(tag))));
    }

    /** The query that asks for names of services, or for checks, which know no filter by tag. */
    String ofNames() {
        return joined(everywhere());
    }

    private Stream<String> everywhere() {
        return Stream.concat(
                datacenter.stream().map(name -> "dc=" + name),
                nodeMeta.entrySet().stream()
                        .map(entry -> "node-meta=" + Call.part(entry.getKey() + ":" + entry.getValue())));
    }

    private static String joined(Stream<String> parameters) {
        return parameters.collect(Collectors.joining("&"));
    }
}
