package dev.rollcall.gateway;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** What a balancer that goes by keys takes for one. */
@FunctionalInterface
interface HashKey {
    HashKey NONE = request -> null;

    /** The client's address. */
    HashKey CLIENT = request ->
            request.remoteAddress() == null ? null : request.remoteAddress().hostAddress();

    /** The request's key; null for a random one. */
    @Nullable
    String of(HttpServerRequest request);

    /**
     * Reads {@code client}, {@code header:NAME} or {@code cookie:NAME}.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static HashKey parse(String text) {
        if (text.equals("client")) {
            return CLIENT;
        }
        String name = text.substring(text.indexOf(':') + 1);
        if (text.startsWith("header:") && !name.isEmpty()) {
            return request -> request.getHeader(name);
        }
        if (text.startsWith("cookie:") && !name.isEmpty()) {
            return request -> {
                Cookie cookie = request.getCookie(name);
                return cookie == null ? null : cookie.getValue();
            };
        }
        throw new IllegalArgumentException("hashOn: '" + text + "' (expected: client, header:NAME or cookie:NAME)");
    }
}
