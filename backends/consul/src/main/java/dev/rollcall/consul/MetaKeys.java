package dev.rollcall.consul;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The keys of a service's Meta that mean something to Rollcall, and what Consul lets into a Meta: 64 entries, keys of {@code A-Z a-z 0-9 _ -}
 * up to 128 bytes, values up to 512 bytes. Stateless.
 */
final class MetaKeys {
    static final String RESERVED = "rollcall-";
    /** The id of the TTL check that Rollcall's own heartbeat keeps passing; tells whose entry it is. */
    static final String CHECK = "rollcall-check";

    static final String ID = "rollcall-id";
    static final String ENDPOINTS = "rollcall-endpoints";
    static final String STATUS = "rollcall-status";
    static final String WEIGHT = "rollcall-weight";
    /** What has no place of its own, as JSON, cut into values that Consul accepts: this key, then with -1, -2… */
    static final String MORE = "rollcall-more";

    /** What an entry in another layout than the native one was written in. */
    static final String LAYOUT = "rollcall-layout";
    /** The keys that the layout added, which aren't the instance's, separated by commas. */
    static final String ADDED = "rollcall-added";
    /** The service's name, where the layout has another for it. */
    static final String SERVICE = "rollcall-service";

    static final String ZONE = "zone";
    static final String VERSION = "version";
    /** Spring Cloud's: whether the service speaks TLS. */
    static final String SECURE = "secure";
    /** Not a key of the Meta: metadata of this name is the service's tags, separated by commas. */
    static final String TAGS = "tags";

    static final int MAX_ENTRIES = 64;
    static final int MAX_VALUE_BYTES = 512;
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    private MetaKeys() {}

    /** Whether an entry of an instance's metadata can be one of the Meta as it is. */
    static boolean fits(String key, String value) {
        return KEY.matcher(key).matches()
                && !key.startsWith(RESERVED)
                && !key.startsWith("consul-")
                && !key.equals(ZONE)
                && !key.equals(VERSION)
                && fits(value);
    }

    static boolean fits(String value) {
        return value.length() <= MAX_VALUE_BYTES && value.getBytes(StandardCharsets.UTF_8).length <= MAX_VALUE_BYTES;
    }

    static String more(int part) {
        return part == 0 ? MORE : MORE + "-" + part;
    }
}
