package dev.rollcall.formats;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * Text made fit for a URL's query, and for a part of a key, as Go's {@code url.QueryEscape} does it. Java's {@link java.net.URLEncoder}
 * differs in {@code *}, which Go escapes, and {@code ~}, which it doesn't; either reads what the other writes. So compare what was unescaped.
 */
public final class GoQuery {
    private static final String HEX = "0123456789ABCDEF";

    private GoQuery() {}

    /** The text with everything escaped but letters and digits of ASCII, {@code -}, {@code _}, {@code .} and {@code ~}; a space becomes {@code +}. */
    public static String escape(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder escaped = new StringBuilder(bytes.length + 16);
        for (byte b : bytes) {
            if (isPlain(b)) {
                escaped.append((char) b);
            } else if (b == ' ') {
                escaped.append('+');
            } else {
                escaped.append('%').append(HEX.charAt((b >> 4) & 0xf)).append(HEX.charAt(b & 0xf));
            }
        }
        return escaped.toString();
    }

    /**
     * The text that was escaped, by Go or by Java. Bytes that aren't UTF-8 become U+FFFD.
     *
     * @throws IllegalArgumentException if a {@code %} isn't followed by two hex digits
     */
    public static String unescape(String escaped) {
        return URLDecoder.decode(escaped, StandardCharsets.UTF_8);
    }

    private static boolean isPlain(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '-'
                || b == '_'
                || b == '.'
                || b == '~';
    }
}
