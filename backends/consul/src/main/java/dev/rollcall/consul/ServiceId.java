package dev.rollcall.consul;

import java.nio.charset.StandardCharsets;

/**
 * How an instance is called in Consul: {@code service~id}, where everything but {@code a-z}, {@code 0-9} and {@code . _ - : [ ]} is
 * written as {@code %hh}, a byte of UTF-8. Stateless.
 *
 * <p>Design note. The name must tell instances apart in two ways that a plain {@code service-id} doesn't. {@code a-b} with id {@code c} is
 * not {@code a} with id {@code b-c}; and Consul's catalogue ignores case, so {@code Orders} would overwrite {@code orders}.
 */
final class ServiceId {
    private static final char SEPARATOR = '~';
    private static final String PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789._-:[]";
    private static final String HEX = "0123456789abcdef";

    private ServiceId() {}

    static String of(String service, String id) {
        return escaped(service) + SEPARATOR + escaped(id);
    }

    /** The same with another separator, of the characters that are plain otherwise. */
    static String of(String service, String id, char separator) {
        String plain = Character.toString(separator);
        String hex = "%" + Integer.toHexString(separator);
        return escaped(service).replace(plain, hex) + separator + escaped(id).replace(plain, hex);
    }

    /** An instance's id for a service that others registered: theirs are unique on their node only. */
    static String ofForeign(String serviceId, String node) {
        return visible(serviceId) + "@" + visible(node);
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            append(escaped, octet, PLAIN.indexOf(octet) >= 0);
        }
        return escaped.toString();
    }

    private static String visible(String text) {
        if (text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '/')) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length());
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            append(escaped, octet, octet > ' ' && octet < 0x7f && octet != '/');
        }
        return escaped.toString();
    }

    private static void append(StringBuilder text, byte octet, boolean plain) {
        if (plain) {
            text.append((char) octet);
        } else {
            text.append('%').append(HEX.charAt((octet >> 4) & 0xf)).append(HEX.charAt(octet & 0xf));
        }
    }
}
