package dev.rollcall.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which header fields go on to the other side, and which the gateway adds. */
final class HeaderFields {
    private static final String FORWARDED = "forwarded";
    private static final String FORWARDED_FOR = "x-forwarded-for";
    private static final String FORWARDED_PREFIX = "x-forwarded-prefix";
    private static final String FORWARDED_PROTO = "x-forwarded-proto";
    private static final String FORWARDED_HOST = "x-forwarded-host";

    private HeaderFields() {}

    /**
     * Copies a request's fields for an instance: without those that concern the connection only (RFC 9110, section 7.6.1), without what
     * this gateway answers itself, and with where the request came from.
     *
     * @param trusted whether what the client says about earlier hops is kept
     */
    static void copyRequest(HttpServerRequest request, String prefix, boolean trusted, MultiMap to) {
        MultiMap from = request.headers();
        Set<String> nominated = nominated(from);
        boolean trailers = false;
        for (Map.Entry<String, String> field : from) {
            String name = field.getKey();
            if (name.equalsIgnoreCase("te")) {
                trailers |= field.getValue().toLowerCase(Locale.ROOT).contains("trailers");
            } else if (!isOfConnection(name)
                    && !isNominated(name, nominated)
                    && !name.equalsIgnoreCase("host")
                    && !name.equalsIgnoreCase("trailer") // trailers of requests are not passed on
                    && !name.equalsIgnoreCase("expect")
                    && (trusted || !isForwarded(name))) {
                to.add(name, field.getValue());
            }
        }
        if (trailers) {
            to.set("te", "trailers"); // what gRPC's servers ask for
        }
        addForwarded(request, prefix, trusted, to);
    }

    /** Copies a response's fields for the client, without those that concern the connection only. */
    static void copyResponse(MultiMap from, MultiMap to) {
        Set<String> nominated = nominated(from);
        for (Map.Entry<String, String> field : from) {
            String name = field.getKey();
            if (!isOfConnection(name) && !name.equalsIgnoreCase("te") && !isNominated(name, nominated)) {
                to.add(name, field.getValue());
            }
        }
    }

    /** Whether {@code close} is one of several names in {@code Connection}; where it is alone, Vert.x sees it. */
    static boolean listsClose(HttpServerRequest request) {
        String connection = request.getHeader("connection");
        return connection != null
                && connection.indexOf(',') >= 0
                && nominated(request.headers()).contains("close");
    }

    /** Whether a field is meant for the next hop alone. */
    private static boolean isOfConnection(String name) {
        return switch (name.length()) {
            case 7 -> name.equalsIgnoreCase("upgrade");
            case 10 -> name.equalsIgnoreCase("connection") || name.equalsIgnoreCase("keep-alive");
            case 14 -> name.equalsIgnoreCase("http2-settings");
            case 16 -> name.equalsIgnoreCase("proxy-connection");
            case 17 -> name.equalsIgnoreCase("transfer-encoding");
            case 18 -> name.equalsIgnoreCase("proxy-authenticate");
            case 19 -> name.equalsIgnoreCase("proxy-authorization");
            default -> false;
        };
    }

    /** Names in {@code Connection}: fields of this hop as well, but for those that say where a message ends. */
    private static Set<String> nominated(MultiMap headers) {
        List<String> values = headers.getAll("connection");
        if (values.isEmpty() || (values.size() == 1 && values.get(0).equalsIgnoreCase("keep-alive"))) {
            return Set.of();
        }
        return values.stream()
                .flatMap(value -> List.of(value.split(",", -1)).stream())
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .filter(name -> !name.equals("content-length") && !name.equals("host"))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static boolean isNominated(String name, Set<String> nominated) {
        return !nominated.isEmpty() && nominated.contains(name.toLowerCase(Locale.ROOT));
    }

    private static boolean isForwarded(String name) {
        return name.equalsIgnoreCase(FORWARDED)
                || name.regionMatches(true, 0, "x-forwarded-", 0, 12)
                || name.equalsIgnoreCase("x-real-ip");
    }

    /** Adds this hop (RFC 7239, and what came before it). Earlier hops, where they are trusted, stay in front. */
    private static void addForwarded(HttpServerRequest request, String prefix, boolean trusted, MultiMap to) {
        String client = request.remoteAddress() == null
                ? "unknown"
                : String.valueOf(request.remoteAddress().hostAddress());
        String proto = request.isSSL() ? "https" : "http";
        HostAndPort authority = request.authority();
        String host = authority == null ? "" : authority.toString();
        append(FORWARDED_FOR, client, trusted, to);
        String node = client.indexOf(':') >= 0 ? "\"[" + client + "]\"" : client;
        append(
                FORWARDED,
                "for=" + node + (host.isEmpty() ? "" : ";host=\"" + host + "\"") + ";proto=" + proto,
                trusted,
                to);
        if (!trusted || !to.contains(FORWARDED_PROTO)) {
            to.add(FORWARDED_PROTO, proto);
        }
        if (!host.isEmpty() && (!trusted || !to.contains(FORWARDED_HOST))) {
            to.add(FORWARDED_HOST, host);
        }
        if (!prefix.isEmpty()) {
            String earlier = trusted ? to.get(FORWARDED_PREFIX) : null;
            to.set(FORWARDED_PREFIX, (earlier == null ? "" : earlier) + prefix);
        }
    }

    private static void append(String name, String value, boolean trusted, MultiMap to) {
        List<String> earlier = trusted ? to.getAll(name) : List.of();
        if (earlier.isEmpty()) {
            to.add(name, value);
        } else {
            to.set(name, String.join(", ", earlier) + ", " + value);
        }
    }
}
