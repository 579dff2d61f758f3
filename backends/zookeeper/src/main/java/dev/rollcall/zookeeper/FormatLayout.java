package dev.rollcall.zookeeper;

import dev.rollcall.Instance;
import dev.rollcall.formats.InstanceFormat;

/** {@code {root}/{service}/{id}} with a value in one of the formats that more than one store's users write. Thread-safe. */
class FormatLayout extends Layout {
    private final InstanceFormat format;

    FormatLayout(String name, String prefix, InstanceFormat format) {
        super(name, prefix);
        this.format = format;
    }

    @Override
    final byte[] write(Instance instance, long registeredAtMillis) {
        return format.write(instance);
    }

    @Override
    final Instance read(String service, String node, byte[] data) {
        return format.read(service, node, data);
    }
}
