package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.Instance;
import dev.rollcall.spi.Interner;
import org.jspecify.annotations.Nullable;

/** Etcd's official gRPC naming, with Rollcall's own fields beside it, at {@code {root}/{service}/{id}}. */
final class NativeLayout implements Layout {
    private final String name;
    private final Keys keys;
    private final InstanceReader reader;

    NativeLayout(String name, Keys keys, Interner strings) {
        this.name = name;
        this.keys = keys;
        this.reader = new InstanceReader(strings);
    }

    @Override
    public String name() {
        return name;
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
    public ByteString key(String service, String id) {
        return keys.instance(service, id);
    }

    @Override
    public ByteString key(Instance instance) {
        return key(instance.service(), instance.id());
    }

    @Override
    public ByteString fence(String name) {
        return keys.fence(name);
    }

    @Override
    public boolean keepsStatus() {
        return true;
    }

    @Override
    public ByteString write(Instance instance) {
        return InstanceWriter.write(instance);
    }

    @Override
    public Instance read(String service, String id, ByteString key, ByteString value) {
        return reader.read(service, id, value);
    }
}
