package dev.rollcall.zookeeper;

import dev.rollcall.Instance;
import dev.rollcall.Status;
import dev.rollcall.spi.InstanceSink;
import dev.rollcall.spi.Interner;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/**
 * Finagle's ServerSets: {@code {root}/{service}/member_0000000042}, and beside them {@code vector_…} with weights. The id is the node's name.
 *
 * <p>Design note: others have the store number their members as they come. Ours take their number, of up to 19 digits, from the id: so a write that went
 * unanswered leaves no second member behind, and an instance that is restarted takes the place of the one that is about to expire.
 * Readers compare nothing but the name's beginning. An instance that isn't up has no node until it is again, though there are words for
 * it: Armeria's endpoint groups never let go of a member that was last read with any other status than {@code ALIVE}. Thread-safe.
 */
final class ServersetLayout extends Layout {
    static final String MEMBER = "member_";
    static final String VECTOR = "vector_";

    private final ServersetCodec codec;

    ServersetLayout(String name, String prefix, Interner strings) {
        super(name, prefix);
        this.codec = new ServersetCodec(strings);
    }

    @Override
    boolean hasFixedNode() {
        return false;
    }

    @Override
    boolean isWritten(Instance instance) {
        return instance.status() == Status.UP;
    }

    @Override
    String node(String id) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            return String.format(
                    Locale.ROOT, MEMBER + "%010d", ByteBuffer.wrap(digest).getLong() & Long.MAX_VALUE);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    byte[] write(Instance instance, long registeredAtMillis) {
        return codec.write(instance);
    }

    @Override
    Instance read(String service, String node, byte[] data) throws InstanceReader.MalformedException {
        return codec.read(service, node, data);
    }

    @Override
    Members members(String service, Gate gate, InstanceSink sink) {
        return new ServersetMembers(service, this, gate, sink);
    }
}
