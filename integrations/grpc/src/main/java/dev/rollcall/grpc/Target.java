package dev.rollcall.grpc;

import dev.rollcall.Instance;
import dev.rollcall.spi.StoreUri;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a channel's target says: {@code rollcall://alias/service?registry=uri}. Immutable.
 *
 * @param alias which of the channel's clients to ask; empty for the default one
 * @param registry the registry to ask with a client of the channel's own, if the target names one
 */
record Target(String service, String alias, Optional<String> registry) {
    private static final String EXPECTED = "expected: rollcall:///service or rollcall://alias/service";
    private static final String REGISTRY = "registry=";

    /** @throws IllegalArgumentException saying what is wrong and what was expected; no parameters are shown */
    static Target parse(URI uri) {
        if (uri.isOpaque() || uri.getRawFragment() != null || uri.getPath().isEmpty()) {
            throw malformed(uri, "has no service", null);
        }
        String service = uri.getPath().substring(1);
        try {
            Instance.requireServiceName(service);
        } catch (IllegalArgumentException e) {
            throw malformed(uri, "names no service that there can be: " + e.getMessage(), e);
        }
        String alias = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        return new Target(service, alias, registry(uri));
    }

    private static Optional<String> registry(URI uri) {
        String query = uri.getRawQuery();
        if (query == null || query.isEmpty()) {
            return Optional.empty();
        }
        if (!query.startsWith(REGISTRY) || query.indexOf('&') >= 0) {
            throw malformed(
                    uri, "has parameters other than registry (expected: ?registry=etcd://…, & in it as %26)", null);
        }
        String registry =
                URLDecoder.decode(query.substring(REGISTRY.length()).replace("+", "%2B"), StandardCharsets.UTF_8);
        boolean password = StoreUri.parse(registry)
                .credentials()
                .filter(user -> !user.inFile())
                .isPresent();
        if (password) {
            // gRPC writes targets to logs and metrics.
            throw malformed(
                    uri,
                    "has a password, which gRPC would log with the target (expected: the registry by"
                            + " setNameResolverArg(RollcallGrpc.REGISTRY, …), or passwordFile=/path in it)",
                    null);
        }
        return Optional.of(registry);
    }

    /** What a server is to prove it is: the service's name. */
    String authority() {
        return RollcallGrpc.encoded(service);
    }

    private static IllegalArgumentException malformed(
            URI uri, String what, @org.jspecify.annotations.Nullable Throwable cause) {
        return new IllegalArgumentException("target " + shown(uri) + " " + what + " (" + EXPECTED + ")", cause);
    }

    static String shown(URI uri) {
        String text = uri.toString();
        int question = text.indexOf('?');
        return question < 0 ? text : text.substring(0, question) + "?…";
    }
}
