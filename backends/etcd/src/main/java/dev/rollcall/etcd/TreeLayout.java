package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.formats.InstanceFormat;
import org.jspecify.annotations.Nullable;

/**
 * Another ecosystem's value at {@code {root}/{service}/{name}}.
 *
 * @param keys where
 * @param format as what
 * @param naming what the last part of the key is
 * @param keepsStatus whether the format has room for a status; if it hasn't, an instance that isn't up has no entry
 */
record TreeLayout(String name, Keys keys, InstanceFormat format, Naming naming, boolean keepsStatus) implements Layout {

    /** What an entry is called. */
    enum Naming {
        /** By the instance's id. */
        ID,
        /** By {@code host:port} of its first endpoint, which then is the id that is read. */
        ADDRESS
    }

    @Override
    public ByteString prefix() {
        return keys.rootPrefix();
    }

    @Override
    public ByteString servicePrefix(String service) {
        return keys.servicePrefix(service);
    }

    @Override
    public @Nullable String service(ByteString key) {
        return keys.service(key);
    }

    @Override
    public @Nullable String id(ByteString key, ByteString servicePrefix) {
        return Keys.id(key, servicePrefix);
    }

    @Override
    public @Nullable ByteString key(String service, String id) {
        return naming == Naming.ID && keepsStatus ? keys.instance(service, id) : null;
    }

    @Override
    public @Nullable ByteString key(Instance instance) {
        if (instance.status() != Status.UP && !keepsStatus) {
            return null;
        }
        String last = naming == Naming.ID ? instance.id() : instance.endpoint().authority();
        return keys.instance(instance.service(), last);
    }

    @Override
    public ByteString fence(String fence) {
        return keys.fence(fence);
    }

    @Override
    public ByteString write(Instance instance) {
        return ByteString.copyFrom(format.write(instance));
    }

    @Override
    public Instance read(String service, String id, ByteString key, ByteString value) {
        return format.read(service, id, value.toByteArray());
    }
}
