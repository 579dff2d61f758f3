package dev.rollcall;

import static java.util.Objects.requireNonNull;

import dev.rollcall.internal.Text;

/**
 * Where an instance accepts connections: a scheme that says what is spoken there, a host and a port. Immutable.
 *
 * @param scheme what is spoken, such as {@code http}, {@code https}, {@code grpc} or {@code tcp}: 1 to 32 characters, a
 *     letter followed by letters, digits, {@code +}, {@code -} and {@code .} (RFC 3986, section 3.1), in lower case
 * @param host a DNS name or an IP address, IPv6 without brackets: 1 to 253 characters
 * @param port 1 to 65535, or 0 where a foreign registration states none
 */
public record Endpoint(String scheme, String host, int port) {
    private static final int MAX_SCHEME_CHARS = 32;
    private static final int MAX_HOST_CHARS = 253;

    public Endpoint {
        requireNonNull(scheme, "scheme");
        requireNonNull(host, "host");
        if (!isScheme(scheme)) {
            throw new IllegalArgumentException("scheme: " + Text.quoted(scheme)
                    + " (expected: a lower-case URI scheme such as http, grpc or tcp)");
        }
        if (!isHost(host)) {
            throw new IllegalArgumentException("host: " + Text.quoted(host)
                    + " (expected: a DNS name or an IP address, without brackets or port)");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
    }

    /**
     * Reads {@code scheme://host:port} or, with the scheme {@code tcp} implied, {@code host:port}. IPv6 addresses stand in
     * brackets: {@code http://[2001:db8::1]:8080}.
     *
     * @throws IllegalArgumentException if the text has another form; the message shows the text and what was expected
     */
    public static Endpoint parse(String text) {
        requireNonNull(text, "text");
        int schemeEnd = text.indexOf("://");
        String scheme = schemeEnd < 0 ? "tcp" : text.substring(0, schemeEnd);
        String authority = schemeEnd < 0 ? text : text.substring(schemeEnd + 3);
        int colon = authority.lastIndexOf(':');
        if (colon <= 0 || colon == authority.length() - 1) {
            throw malformed(text);
        }
        String host = authority.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw malformed(text);
        }
        int port = port(authority, colon + 1);
        if (port < 0) {
            throw malformed(text);
        }
        return new Endpoint(scheme, host, port);
    }

    /** {@code host:port}, with brackets around an IPv6 address. */
    public String authority() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }

    /** {@code scheme://host:port}, which {@link #parse} reads back. */
    @Override
    public String toString() {
        return scheme + "://" + authority();
    }

    private static int port(String text, int from) {
        if (text.length() - from > 5) {
            return -1;
        }
        int port = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            port = port * 10 + (c - '0');
        }
        return port <= 65_535 ? port : -1;
    }

    private static boolean isScheme(String scheme) {
        if (scheme.isEmpty() || scheme.length() > MAX_SCHEME_CHARS || !isLowerCaseLetter(scheme.charAt(0))) {
            return false;
        }
        for (int i = 1; i < scheme.length(); i++) {
            char c = scheme.charAt(i);
            if (!isLowerCaseLetter(c) && !(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLowerCaseLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isHost(String host) {
        if (host.isEmpty() || host.length() > MAX_HOST_CHARS) {
            return false;
        }
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c <= ' ' || c == 0x7f || "/?#[]@\\\"<>".indexOf(c) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "endpoint: " + Text.quoted(text) + " (expected: scheme://host:port or host:port, port 0 to 65535)");
    }
}
