package dev.rollcall.consul;

import dev.rollcall.Instance;
import dev.rollcall.spi.ServiceSink;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The names of services, from Consul's catalogue: those with the prefix, without it. A name stays as long as Consul has an entry of it, so that
 * of a service whose processes all crashed goes when Consul deregisters the last of them, a minute or more later. On the serial
 * thread, but for {@link #close}.
 */
final class ServiceFeed extends Feed {
    private final String prefix;
    private final List<String> tags;
    private final ServiceSink sink;
    private final ConsulSettings settings;
    private Set<String> told = Set.of();
    private long highest;

    ServiceFeed(ConsulSettings settings, ServiceSink sink, Consumer<Feed> onClose) {
        super(sink::interrupted, onClose);
        this.settings = settings;
        prefix = settings.prefix();
        tags = settings.scope().tags();
        this.sink = sink;
    }

    @Override
    Call question() {
        return question(settings);
    }

    /** The question for the names of services, as the settings limit them. */
    static Call question(ConsulSettings settings) {
        return Call.get("/v1/catalog/services", settings.scope().ofNames());
    }

    @Override
    public void read(Answer answer, long index, boolean afresh, boolean replaced) throws IOException {
        Set<String> names = new HashSet<>();
        for (String name : CatalogReader.serviceNames(answer.body(), tags)) {
            if (name.startsWith(prefix) && isName(name.substring(prefix.length()))) {
                names.add(name.substring(prefix.length()));
            }
        }
        highest = replaced ? index : Math.max(highest, index);
        if (!isClosed() && (afresh || replaced || !names.equals(told))) {
            told = Set.copyOf(names);
            sink.services(told, highest);
        }
    }

    /** Whether it can be a service's name for Rollcall's users. */
    static boolean isName(String text) {
        try {
            Instance.requireServiceName(text);
            return true;
        } catch (IllegalArgumentException foreign) {
            return false;
        }
    }
}
