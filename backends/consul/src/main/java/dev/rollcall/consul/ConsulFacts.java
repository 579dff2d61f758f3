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
    private static final Pattern META = Pattern.compile("/\\d+/ServiceMeta/([^/]+)");
    private static final Pattern TAGGED_ADDRESS = Pattern.compile("/\\d+/ServiceTaggedAddresses/[^/]+/Address");

    /** {@code e-}, {@code t-} or {@code v-} and what zlib makes of JSON or a version, in hexadecimal. */
    private static final Pattern GO_MICRO_TAG = Pattern.compile("[etv]-78[0-9a-f]{8,}");

    private static final String SPRING_KEY = "secure";

    private String version = "";
    private String name = "";
    private final Set<String> services = new TreeSet<>();
    private final Map<String, Integer> layouts = new TreeMap<>();
    private final Set<String> sample = new TreeSet<>();

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

    /** The values that follow are another service's. */
    void beginSample() {
        sample.clear();
    }

    /** A value of a service's entries. */
    void entry(String pointer, String value) {
        Matcher meta = META.matcher(pointer);
        if (meta.matches()) {
            if (meta.group(1).startsWith(MetaKeys.RESERVED)) {
                found("Rollcall");
            } else if (meta.group(1).equals(SPRING_KEY)) {
                found("Spring Cloud Consul");
            }
        } else if (pointer.contains("/ServiceTags/")
                && GO_MICRO_TAG.matcher(value).matches()) {
            found("go-micro");
        } else if (TAGGED_ADDRESS.matcher(pointer).matches() && value.contains("://")) {
            found("kratos");
        }
    }

    private void found(String layout) {
        if (sample.add(layout)) {
            layouts.merge(layout, 1, Integer::sum);
        }
    }

    List<Finding> layouts() {
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("layout", services.size() + " services in Consul's catalogue"));
        layouts.forEach((layout, count) ->
                findings.add(Finding.ok("layout", count + " of the services looked at written by " + layout)));
        return findings;
    }
}
