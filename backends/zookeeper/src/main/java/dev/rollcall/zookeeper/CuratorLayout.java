package dev.rollcall.zookeeper;

import dev.rollcall.Instance;
import dev.rollcall.spi.Interner;
import org.apache.zookeeper.CreateMode;

/**
 * {@code {root}/{service}/{id}} with the JSON of Curator's service discovery, and the payload that a framework on top of it expects. All of them are
 * read alike, whoever wrote them. Services' nodes are containers, as Curator makes them. Thread-safe.
 */
final class CuratorLayout extends Layout {
    private final InstanceReader reader;
    private final InstanceWriter writer;

    CuratorLayout(String name, String prefix, Payload payload, Interner strings) {
        super(name, prefix);
        this.reader = new InstanceReader(strings);
        this.writer = new InstanceWriter(payload);
    }

    @Override
    CreateMode parents() {
        return CreateMode.CONTAINER;
    }

    @Override
    byte[] write(Instance instance, long registeredAtMillis) {
        return writer.write(instance, registeredAtMillis);
    }

    @Override
    Instance read(String service, String node, byte[] data) throws InstanceReader.MalformedException {
        return reader.read(service, node, data);
    }
}
