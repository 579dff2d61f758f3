package dev.rollcall.consul;

import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.BackendThread;
import dev.rollcall.spi.InstanceSink;
import dev.rollcall.spi.Interner;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.PublicationListener;
import dev.rollcall.spi.ServiceSink;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The layout {@code apisix}: instances as the nodes of upstreams in Consul's key/value store, for APISIX's discovery {@code consul_kv} ({@link UpstreamJson}). Safe for use by
 * many threads, unless said otherwise.
 */
final class Upstreams {
    static final String LAYOUT = "apisix";
    static final String DEFAULT_ROOT = "upstreams";

    private final String root;
    private final String prefix;
    private final UpstreamJson json;
    private final SessionKeeper sessions;
    private final UpstreamPublication.Store store;

    Upstreams(
            ConsulSettings settings,
            BackendContext context,
            Requests requests,
            Heartbeats heartbeats,
            Failures failures,
            BackendThread serial,
            Interner strings) {
        root = settings.upstreamRoot();
        prefix = settings.prefix();
        json = new UpstreamJson(strings);
        sessions = new SessionKeeper(requests, failures, heartbeats, serial, context.ttl());
        store = new UpstreamPublication.Store(
                requests, heartbeats, sessions, json, failures, serial, context.ttl(), new AtomicLong());
    }

    Publication publish(String service, PublicationListener listener) {
        return new UpstreamPublication(store, root + prefix + service + "/", listener);
    }

    UpstreamFeed feed(String service, InstanceSink sink, Consumer<Feed> onClose) {
        return new UpstreamFeed(service, root, prefix + service, json, sink, onClose);
    }

    UpstreamNames names(ServiceSink sink, Consumer<Feed> onClose) {
        return new UpstreamNames(root, prefix, sink, onClose);
    }

    /** The agent is back, or there is another. On the serial thread. */
    void agentIsUp() {
        sessions.agentIsUp();
    }

    /** Removes everything that was published, because the client is closed; {@code done} is run in any case. On the serial thread. */
    void close(Runnable done) {
        sessions.destroy(done);
    }
}
