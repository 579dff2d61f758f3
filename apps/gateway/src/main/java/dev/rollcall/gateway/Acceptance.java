package dev.rollcall.gateway;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which requests are taken at all, whatever the routes: those that every reader reads alike. */
final class Acceptance {
    private Acceptance() {}

    /**
     * Why a request is not taken; null if it is.
     *
     * @param path of its target; null if that has none
     */
    static @Nullable Refusal fault(HttpServerRequest request, @Nullable String path) {
        String method = request.method().name();
        if (method.equals("CONNECT") || method.equals("TRACE")) {
            return Refusal.of(405, "method_not_allowed", "This gateway does not take " + method + ".");
        }
        if (path == null || !Paths.isPlain(path)) {
            return badRequest(
                    "The path is ambiguous: it must begin with a slash and have no segment . or .., no backslash and"
                            + " no encoded slash.");
        }
        return request.version() == HttpVersion.HTTP_2 ? null : http1Fault(request);
    }

    private static @Nullable Refusal http1Fault(HttpServerRequest request) {
        List<String> hosts = request.headers().getAll("host");
        if (hosts.size() > 1 || (hosts.isEmpty() && request.version() == HttpVersion.HTTP_1_1)) {
            return badRequest("A request must have exactly one Host.");
        }
        String authority = Paths.authority(request.uri());
        if (authority != null && (hosts.isEmpty() || !authority.equalsIgnoreCase(hosts.get(0)))) {
            return badRequest("The target's host is not the one in Host.");
        }
        List<String> encodings = request.headers().getAll("transfer-encoding");
        if (!encodings.isEmpty()
                && (request.version() != HttpVersion.HTTP_1_1
                        || encodings.size() > 1
                        || !encodings.get(0).equalsIgnoreCase("chunked"))) {
            return badRequest("The only Transfer-Encoding taken is chunked, once, in HTTP/1.1.");
        }
        return null;
    }

    static Refusal badRequest(String message) {
        return Refusal.of(400, "bad_request", message);
    }
}
