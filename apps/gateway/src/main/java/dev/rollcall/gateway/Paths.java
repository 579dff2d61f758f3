package dev.rollcall.gateway;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the gateway reads from a request's path, and refuses in it. */
final class Paths {
    private Paths() {}

    /**
     * Whether two readers can't take a path for two different ones: it begins with a slash, has no segment {@code .} or {@code ..},
     * encoded or not, no backslash, no encoded slash and no control character. Routes go by prefixes, so a path that an instance
     * understands differently could reach what no route leads to.
     */
    static boolean isPlain(String path) {
        if (path.isEmpty() || path.charAt(0) != '/') {
            return false;
        }
        boolean suspicious = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c <= ' ' || c == 0x7f || c == '\\' || c == '#') {
                return false;
            }
            suspicious |= c == '%' || c == '.';
        }
        return !suspicious || hasPlainSegments(path.toLowerCase(Locale.ROOT));
    }

    private static boolean hasPlainSegments(String path) {
        if (path.contains("%2f") || path.contains("%5c") || path.contains("%00")) {
            return false;
        }
        for (String segment : path.replace("%2e", ".").split("/", -1)) {
            // A path parameter does not make it another segment: "..;x=1".
            int parameters = segment.indexOf(';');
            String name = parameters < 0 ? segment : segment.substring(0, parameters);
            if (name.equals(".") || name.equals("..")) {
                return false;
            }
        }
        return true;
    }

    /** The path of a request's target: {@code /a} of {@code /a?b} and of {@code http://host/a?b}; null if it has none. */
    static @Nullable String path(String target) {
        int start = start(target);
        if (start < 0) {
            return null;
        }
        int query = target.indexOf('?', start);
        String path = query < 0 ? target.substring(start) : target.substring(start, query);
        return path.isEmpty() ? "/" : path;
    }

    /** The query with its question mark; empty if there is none. */
    static String query(String target) {
        int query = target.indexOf('?');
        return query < 0 ? "" : target.substring(query);
    }

    /** The authority of a target in absolute form, {@code host} of {@code http://host/a}; null if it is in another form. */
    static @Nullable String authority(String target) {
        if (target.startsWith("/")) {
            return null;
        }
        int end = start(target);
        return end < 0 ? null : target.substring(target.indexOf("://") + 3, end);
    }

    private static int start(String target) {
        if (target.startsWith("/")) {
            return 0;
        }
        int scheme = target.indexOf("://");
        int query = target.indexOf('?');
        if (scheme <= 0 || (query >= 0 && query < scheme)) {
            return -1;
        }
        int authority = scheme + 3;
        int end = authority;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        return end;
    }

    /** A segment as it is meant; null if it is badly encoded. */
    static @Nullable String decoded(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
