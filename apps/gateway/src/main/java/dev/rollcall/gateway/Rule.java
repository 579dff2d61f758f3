package dev.rollcall.gateway;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which requests go to which service, and how. Immutable.
 *
 * @param host a host in lower case, {@code *.example.com} for all below one, empty for any
 * @param path a path without a slash at its end, which a request's path is or goes on from; empty for any
 * @param headers fields that a request must have, with their values; {@code *} for any value
 * @param rewrite what takes the place of the path, without a slash at its end; null to leave it as it is
 */
record Rule(
        String host,
        String path,
        Map<String, String> headers,
        String service,
        @Nullable String rewrite,
        Policy policy,
        HashKey hashKey) {
    static final String ANY = "*";

    Rule {
        headers = Map.copyOf(headers);
    }

    boolean matches(HttpServerRequest request, String requestPath) {
        return matchesPath(requestPath) && matchesHost(request.authority()) && matchesHeaders(request);
    }

    private boolean matchesPath(String requestPath) {
        return path.isEmpty()
                || (requestPath.startsWith(path)
                        && (requestPath.length() == path.length() || requestPath.charAt(path.length()) == '/'));
    }

    private boolean matchesHost(@Nullable HostAndPort authority) {
        if (host.isEmpty()) {
            return true;
        }
        if (authority == null) {
            return false;
        }
        String asked = authority.host().toLowerCase(Locale.ROOT);
        return host.startsWith("*.") ? asked.endsWith(host.substring(1)) : asked.equals(host);
    }

    private boolean matchesHeaders(HttpServerRequest request) {
        for (Map.Entry<String, String> header : headers.entrySet()) {
            List<String> values = request.headers().getAll(header.getKey());
            if (header.getValue().equals(ANY) ? values.isEmpty() : !values.contains(header.getValue())) {
                return false;
            }
        }
        return true;
    }

    Destination destination(HttpServerRequest request, String requestPath) {
        String query = Paths.query(request.uri());
        String base = rewrite;
        if (base == null) {
            return new Destination(service, requestPath + query, "", true, policy, hashKey);
        }
        String rewritten = base + requestPath.substring(path.length());
        return new Destination(
                service,
                (rewritten.isEmpty() ? "/" : rewritten) + query,
                base.isEmpty() ? path : "", // only what was taken away tells an instance where it is
                true,
                policy,
                hashKey);
    }
}
