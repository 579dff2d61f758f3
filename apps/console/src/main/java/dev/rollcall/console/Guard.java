package dev.rollcall.console;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask for what: refuses names that are not the console's (DNS rebinding), strangers without the token, and changes that another site's page asks
 * for. Immutable.
 */
final class Guard {
    /** A header that only a page of the same origin can add without asking first. */
    static final String OWN_HEADER = "X-Rollcall-Console";

    private static final String CONTENT_SECURITY_POLICY = "default-src 'self'; base-uri 'none'; form-action 'none';"
            + " frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'";

    private final Set<String> names;
    private final byte @Nullable [] tokenDigest;

    /**
     * @param names what the console may be called in a URL, in lower case, besides {@code localhost} and IP addresses
     * @param token null where nobody needs one
     */
    Guard(Set<String> names, @Nullable String token) {
        this.names = Set.copyOf(names);
        this.tokenDigest = token == null ? null : digest(token);
    }

    /** Why a request is refused. */
    enum Refusal {
        HOST(421, "This console is not called that. Use its IP address or localhost, or start it with --allow-host.\n"),
        TOKEN(401, "This console asks for a token: as the password, with any user name, or as a bearer token.\n"),
        ORIGIN(403, "Only this console's own page may ask for that.\n");

        final int status;
        final String text;

        Refusal(int status, String text) {
            this.status = status;
            this.text = text;
        }
    }

    /** What every response says, refusals included. */
    static void addHeaders(HttpServerResponse response) {
        response.putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin")
                .putHeader("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
    }

    /** Why a request is refused; null if it isn't. */
    @Nullable
    Refusal judge(HttpServerRequest request) {
        String host = request.getHeader("Host");
        if (host == null || !isOwnName(host)) {
            return Refusal.HOST;
        }
        if (tokenDigest != null && !knowsToken(request.getHeader("Authorization"), tokenDigest)) {
            return Refusal.TOKEN;
        }
        return fromElsewhere(request, host) ? Refusal.ORIGIN : null;
    }

    private boolean isOwnName(String host) {
        String name = nameOf(host);
        // An attacker's DNS name can lead here, but an address can't be anybody else's.
        return name.equals("localhost")
                || name.startsWith("[")
                || NetUtil.isValidIpV4Address(name)
                || names.contains(name);
    }

    private static String nameOf(String host) {
        int colon = host.startsWith("[") ? host.indexOf(':', host.indexOf(']') + 1) : host.indexOf(':');
        return (colon < 0 ? host : host.substring(0, colon)).toLowerCase(Locale.ROOT);
    }

    private static boolean fromElsewhere(HttpServerRequest request, String host) {
        String site = request.getHeader("Sec-Fetch-Site");
        boolean navigation = "navigate".equals(request.getHeader("Sec-Fetch-Mode"));
        if (site != null && !site.equals("same-origin") && !site.equals("none") && !navigation) {
            return true;
        }
        if (request.method().equals(HttpMethod.GET)) {
            return false;
        }
        String origin = request.getHeader("Origin");
        return request.getHeader(OWN_HEADER) == null || (origin != null && !isOrigin(origin, host));
    }

    private static boolean isOrigin(String origin, String host) {
        try {
            return host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean knowsToken(@Nullable String authorization, byte[] tokenDigest) {
        if (authorization == null) {
            return false;
        }
        int space = authorization.indexOf(' ');
        String scheme = space < 0 ? "" : authorization.substring(0, space).toLowerCase(Locale.ROOT);
        String rest = authorization.substring(space + 1).trim();
        String token;
        if (scheme.equals("bearer")) {
            token = rest;
        } else if (scheme.equals("basic")) {
            token = passwordOf(rest);
        } else {
            return false;
        }
        // Of digests, as the time that this takes then says nothing of the token, nor of its length.
        return MessageDigest.isEqual(digest(token), tokenDigest);
    }

    private static String passwordOf(String basic) {
        String userAndPassword = decoded(basic);
        return userAndPassword.substring(userAndPassword.indexOf(':') + 1);
    }

    /** The user name of basic authentication, which nobody checks; empty if there is none. */
    static String userOf(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, "basic ", 0, 6)) {
            return "";
        }
        String userAndPassword = decoded(authorization.substring(6).trim());
        return userAndPassword.substring(0, Math.max(0, userAndPassword.indexOf(':')));
    }

    private static String decoded(String basic) {
        try {
            return new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
