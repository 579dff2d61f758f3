package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.formats.DubboUrl;
import dev.rollcall.formats.GoQuery;
import org.jspecify.annotations.Nullable;

/**
 * Dubbo's providers of the interface level, at {@code {root}/{interface}/providers/{URL}}, interface and URL escaped, with no value. What
 * Dubbo leaves there beside them, consumers, routers and empty parents, are not instances. Immutable.
 *
 * @param root without a slash at its end
 */
record DubboLayout(String name, String root, DubboUrl format) implements Layout {
    private static final String PROVIDERS = "/providers/";

    @Override
    public ByteString prefix() {
        return ByteString.copyFromUtf8(root + "/");
    }

    @Override
    public ByteString servicePrefix(String service) {
        return ByteString.copyFromUtf8(root + "/" + GoQuery.escape(service) + PROVIDERS);
    }

    @Override
    public @Nullable String service(ByteString key) {
        String rest = Keys.textAfter(prefix(), key);
        int slash = rest == null ? -1 : rest.indexOf('/');
        if (rest == null
                || slash < 0
                || !rest.startsWith(PROVIDERS, slash)
                || !Keys.isId(rest.substring(slash + PROVIDERS.length()))) {
            return null;
        }
        try {
            return Instance.requireServiceName(GoQuery.unescape(rest.substring(0, slash)));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public @Nullable String id(ByteString key, ByteString servicePrefix) {
        String url = url(key, servicePrefix);
        return url == null ? null : DubboUrl.id(url);
    }

    private static @Nullable String url(ByteString key, ByteString servicePrefix) {
        String node = Keys.textAfter(servicePrefix, key);
        try {
            return node == null || !Keys.isId(node) ? null : GoQuery.unescape(node);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public @Nullable ByteString key(String service, String id) {
        return null;
    }

    /** Dubbo's consumers know no status: who leaves is taken away. */
    @Override
    public @Nullable ByteString key(Instance instance) {
        return instance.status() == Status.UP
                ? servicePrefix(instance.service())
                        .concat(ByteString.copyFromUtf8(GoQuery.escape(format.write(instance))))
                : null;
    }

    @Override
    public ByteString fence(String fence) {
        return ByteString.copyFromUtf8(root + "//fence/" + fence);
    }

    @Override
    public boolean keepsStatus() {
        return false;
    }

    @Override
    public ByteString write(Instance instance) {
        return ByteString.EMPTY;
    }

    @Override
    public Instance read(String service, String id, ByteString key, ByteString value) {
        String url = url(key, servicePrefix(service));
        if (url == null) {
            throw new IllegalArgumentException("the key is not an escaped URL");
        }
        return format.read(service, url);
    }
}
