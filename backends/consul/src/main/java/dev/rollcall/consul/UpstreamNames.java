package dev.rollcall.consul;

import dev.rollcall.spi.ServiceSink;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** The names of upstreams: those with the prefix, without it, that have a node. On the serial thread, but for {@link #close}. */
final class UpstreamNames extends KeyFeed {
    private final String root;
    private final String prefix;
    private final ServiceSink sink;
    private Set<String> told = Set.of();
    private long highest;

    UpstreamNames(String root, String prefix, ServiceSink sink, Consumer<Feed> onClose) {
        super(sink::interrupted, onClose);
        this.root = root;
        this.prefix = prefix;
        this.sink = sink;
    }

    @Override
    boolean covers(String key) {
        return true;
    }

    @Override
    Call question() {
        return Call.get("/v1/kv/" + Call.path(root), "keys");
    }

    @Override
    public void read(Answer answer, long index, boolean afresh, boolean replaced) throws IOException {
        Set<String> names = new HashSet<>();
        for (String key : KvEntries.keys(answer)) {
            int slash = key.indexOf('/', root.length());
            boolean isNode = slash > 0 && slash == key.lastIndexOf('/') && slash < key.length() - 1;
            String upstream = isNode ? key.substring(root.length(), slash) : "";
            if (upstream.startsWith(prefix) && ServiceFeed.isName(upstream.substring(prefix.length()))) {
                names.add(upstream.substring(prefix.length()));
            }
        }
        highest = replaced ? index : Math.max(highest, index);
        if (!isClosed() && (afresh || !names.equals(told))) {
            told = Set.copyOf(names);
            sink.services(told, highest);
        }
    }
}
