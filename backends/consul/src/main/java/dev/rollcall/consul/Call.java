package dev.rollcall.consul;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A request, without the agent that it goes to. Immutable.
 *
 * @param method {@code GET}, {@code PUT} or {@code DELETE}
 * @param path percent-encoded, from its first slash on
 * @param query percent-encoded, without its question mark; may be empty
 * @param body of a {@code PUT}; may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, not compared
record Call(String method, String path, String query, byte[] body) {
    private static final byte[] NOTHING = {};
    private static final String UNRESERVED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";

    static Call get(String path, String query) {
        return new Call("GET", path, query, NOTHING);
    }

    static Call put(String path, String query, byte[] body) {
        return new Call("PUT", path, query, body);
    }

    /** The same with one parameter more. */
    Call with(String parameter) {
        return parameter.isEmpty()
                ? this
                : new Call(method, path, query.isEmpty() ? parameter : query + "&" + parameter, body);
    }

    /** One part of a path, encoded. */
    static String part(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (UNRESERVED.indexOf(octet) >= 0) {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append("%02X".formatted(octet & 0xff));
            }
        }
        return encoded.toString();
    }

    /** Several parts with the slashes between them. */
    static String path(String text) {
        return Arrays.stream(text.split("/", -1)).map(Call::part).collect(Collectors.joining("/"));
    }

    String target() {
        return query.isEmpty() ? path : path + "?" + query;
    }

    /** For messages; a query holds no secret, since the token goes into a header. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
