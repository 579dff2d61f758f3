package dev.rollcall.zookeeper;

import dev.rollcall.Instance;
import dev.rollcall.formats.DiscoxFormat;
import dev.rollcall.spi.Interner;

/** discox's: {@code {root}/{service}/{host:port}} with the attributes. The id is the address. Thread-safe. */
final class DiscoxLayout extends FormatLayout {
    DiscoxLayout(String name, String prefix, Interner strings) {
        super(name, prefix, new DiscoxFormat(strings));
    }

    @Override
    boolean hasFixedNode() {
        return false;
    }

    @Override
    String node(Instance instance) {
        return DiscoxFormat.id(instance);
    }
}
