package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.Instance;
import org.jspecify.annotations.Nullable;

/**
 * How instances are written in etcd: at which keys, and as what. Names and ids stand in keys; a service's prefix ends in a separator. Used on
 * the serial thread, but for {@link #key} and {@link #write}, which may be called from any.
 */
interface Layout {

    /** As a URI names it. */
    String name();

    /** What all its keys begin with; may be empty. */
    ByteString prefix();

    /** What the keys of a service's instances begin with. */
    ByteString servicePrefix(String service);

    /** The service's name in a key with the prefix, or null if the key is not an instance's. */
    @Nullable
    String service(ByteString key);

    /** The instance's id in a key below a service's prefix, or null if no instance can be there. Always the same for the same key. */
    @Nullable
    String id(ByteString key, ByteString servicePrefix);

    /** The key of the instance of that id, whatever else it is; null if that depends, and {@link #key(Instance)} has to be asked. */
    @Nullable
    ByteString key(String service, String id);

    /** The key of an instance as it is at present; null if one of its status has none, because the layout can't say that it is not up. */
    @Nullable
    ByteString key(Instance instance);

    /** A key with the prefix, for its permissions, that is no instance's. */
    ByteString fence(String name);

    /** Whether a status other than up is written, so that readers of ours know an instance that is about to leave. */
    boolean keepsStatus();

    /** The value for an instance. */
    ByteString write(Instance instance);

    /**
     * Reads an entry.
     *
     * @throws IllegalArgumentException if it isn't an instance; the message says why
     */
    Instance read(String service, String id, ByteString key, ByteString value);
}
