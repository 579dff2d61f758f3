package dev.rollcall.consul;

import dev.rollcall.spi.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Consul's answers say, value by value. Used by one thread. */
final class ConsulFacts {
    private static final Pattern CATALOGUE = Pattern.compile("/([^/]+)(/\\d+)?");
    private static final CatalogLayouts ALL = CatalogLayouts.of(CatalogLayouts.names());

    private String version = "";
    private String name = "";
    private final Set<String> services = new TreeSet<>();
    private final Map<String, Integer> layouts = new TreeMap<>();
    private int upstreams;

    /** A value of the answer about the agent itself. */
    void self(String pointer, String value) {
        switch (pointer) {
            case "/Config/Version" -> version = value;
            case "/Config/NodeName" -> name = value;
            default -> {}
        }
    }

    Finding version() {
        return version.isEmpty()
                ? Finding.warn("version", "it doesn't tell its version", "is this address Consul's own?")
                : Finding.ok("version", "Consul " + version + (name.isEmpty() ? "" : ", node " + name));
    }

    /** A value of the catalogue of services. */
    void catalogue(String pointer, String value) {
        Matcher place = CATALOGUE.matcher(pointer);
        if (place.matches()) {
            services.add(place.group(1).replace("~1", "/").replace("~0", "~"));
        }
    }

    Set<String> services() {
        return services;
    }

    /** The entries of one service. */
    void entries(List<CatalogEntry> entries) {
        Set<String> writers = new TreeSet<>();
        for (CatalogEntry entry : entries) {
            String layout = entry.isOwn()
                    ? entry.meta.getOrDefault(MetaKeys.LAYOUT, NativeLayout.NAME)
                    : ALL.of(entry).name();
            boolean isNative = layout.equals(NativeLayout.NAME);
            if (entry.isOwn()) {
                writers.add(isNative ? "Rollcall" : "Rollcall with ?layout=" + layout);
            } else if (!isNative) {
                writers.add(layout);
            }
        }
        writers.forEach(writer -> layouts.merge(writer, 1, Integer::sum));
    }

    /** The folders where APISIX looks for upstreams. */
    void upstreams(List<String> folders) {
        upstreams = folders.size();
    }

    List<Finding> layouts() {
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("layout", services.size() + " services in Consul's catalogue"));
        layouts.forEach((layout, count) ->
                findings.add(Finding.ok("layout", count + " of the services looked at written by " + layout)));
        if (upstreams > 0) {
            findings.add(Finding.ok("layout", upstreams + " upstreams of apisix in the key/value store"));
        }
        return findings;
    }
}
