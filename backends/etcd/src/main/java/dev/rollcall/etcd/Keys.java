package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.Instance;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where things are in etcd: an instance at {@code {root}/{service}/{id}}, so that {@code etcd:///{root}/{service}}
 * is a target for etcd's own gRPC resolver. Immutable.
 *
 * <p>Names and ids have no {@code /} and nothing invisible, so they stand in keys as they are. A service's prefix ends
 * in the separator: {@code orders} never sees {@code orders-v2}.
 */
final class Keys {
    private static final String FENCE_PATH = "/fence/";
    /** To etcd, the end of a range that has none. */
    private static final ByteString NO_END = ByteString.copyFrom(new byte[] {0});

    private final String prefix;
    private final ByteString rootPrefix;

    Keys(String root) {
        this.prefix = root + "/";
        this.rootPrefix = ByteString.copyFromUtf8(prefix);
    }

    private Keys() {
        this.prefix = "";
        this.rootPrefix = ByteString.EMPTY;
    }

    /** As others have them who know no root, if it is empty: {@code {service}/{id}}, without a slash at the beginning. */
    static Keys under(String root) {
        return root.isEmpty() ? new Keys() : new Keys(root);
    }

    /** What all keys of this root begin with; empty if there is no root. */
    ByteString rootPrefix() {
        return rootPrefix;
    }

    /** What the keys of a service's instances begin with. */
    ByteString servicePrefix(String service) {
        return ByteString.copyFromUtf8(prefix + service + "/");
    }

    ByteString instance(String service, String id) {
        return ByteString.copyFromUtf8(prefix + service + "/" + id);
    }

    /** A key that is below the root, for its permissions, and below no service: a service's name is never empty. */
    ByteString fence(String name) {
        return ByteString.copyFromUtf8(prefix + FENCE_PATH + name);
    }

    /** The first key there can be with this prefix. */
    static ByteString first(ByteString prefix) {
        return prefix.isEmpty() ? NO_END : prefix;
    }

    /** The end of the range of all keys with this prefix, which must end in the separator, or be empty. */
    static ByteString end(ByteString prefix) {
        if (prefix.isEmpty()) {
            return NO_END;
        }
        byte[] bytes = prefix.toByteArray();
        bytes[bytes.length - 1]++;
        return ByteString.copyFrom(bytes);
    }

    /** The instance's id in a key below a service's prefix, or null if no instance can be there. */
    static @Nullable String id(ByteString key, ByteString prefix) {
        String id = text(key, prefix.size());
        return id == null || !isId(id) ? null : id;
    }

    /** The service's name in a key below the root, or null if the key is not an instance's. */
    @Nullable
    String service(ByteString key) {
        String rest = text(key, rootPrefix.size());
        int slash = rest == null ? -1 : rest.indexOf('/');
        if (rest == null || slash < 0 || !isId(rest.substring(slash + 1))) {
            return null;
        }
        try {
            return Instance.requireServiceName(rest.substring(0, slash));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The end of the range that one key is. */
    static ByteString after(ByteString key) {
        return key.concat(ByteString.copyFrom(new byte[] {0}));
    }

    /** What follows a prefix in a key, or null if that is not UTF-8. */
    static @Nullable String textAfter(ByteString prefix, ByteString key) {
        return text(key, prefix.size());
    }

    /** A key as people can read it, whatever it is made of. */
    static String shown(ByteString key) {
        return key.toString(StandardCharsets.UTF_8);
    }

    private static @Nullable String text(ByteString key, int from) {
        ByteString bytes = key.substring(from);
        return bytes.isValidUtf8() ? bytes.toStringUtf8() : null;
    }

    /** Whether this can be the last part of a key. */
    static boolean isId(String id) {
        return !id.isEmpty() && id.indexOf('/') < 0;
    }
}
