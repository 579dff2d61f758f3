package dev.rollcall.memory;

import dev.rollcall.StoreException;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.ClaimStore;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.EventLoop;
import dev.rollcall.spi.InstanceSink;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.PublicationListener;
import dev.rollcall.spi.ServiceSink;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A client of a memory store. All that it does happens on its loop, in the order in which it was asked for. */
final class MemoryBackend implements Backend, Session.Observer {
    /** Keeps the named store from being collected while this client is open. */
    private final MemoryStore store;

    private final EventLoop loop;
    private final Connection connection;
    private final Session session;
    private final ConfigStore config;
    private final MemoryClaims claims;
    private final Set<MemoryPublication> publications = new LinkedHashSet<>();
    private final Set<StoreWatch> watches = new LinkedHashSet<>();

    private MemoryBackend(MemoryStore store, ClientLink link, BackendContext context) {
        this.store = store;
        this.loop = context.loop();

        this.connection = new Connection(store.engine(), link, context, this::connectionLost);
        this.session = new Session(context, connection, this);
        this.config = new MemoryConfig(
                connection, (range, sink) -> begin(new ConfigWatch(range, sink, session, this::forget)));
        this.claims = new MemoryClaims(session, this::begin, this::forget);
    }

    static MemoryBackend open(MemoryStore store, ClientLink link, BackendContext context) {
        MemoryBackend backend = new MemoryBackend(store, link, context);
        backend.loop.execute(backend.session::start);
        return backend;
    }

    @Override
    public Publication publish(String service, String id, PublicationListener listener) {
        MemoryPublication publication = new MemoryPublication(service, id, listener, session, this::forget);
        loop.execute(() -> {
            if (!connection.isClosed()) {
                publications.add(publication);
                store.engine().follow(connection.writer(), publication.topic(), publication);
            }
        });
        return publication;
    }

    @Override
    public Watch watchInstances(String service, InstanceSink sink) {
        return begin(new InstanceWatch(service, sink, session, this::forget));
    }

    @Override
    public Watch watchServices(ServiceSink sink) {
        return begin(new ServiceWatch(sink, session, this::forget));
    }

    @Override
    public ConfigStore config() {
        return config;
    }

    @Override
    public ClaimStore claims() {
        return claims;
    }

    @Override
    public void close() {
        connection.close();
        loop.execute(() -> {
            session.stop();
            publications.clear();
            watches.clear();
            claims.close();
        });
    }

    @Override
    public void interrupted(StoreException cause) {
        List.copyOf(watches).forEach(watch -> watch.interrupt(cause));
        claims.interrupted(cause);
    }

    @Override
    public void heard() {
        watches.forEach(Follower::catchUp);
        publications.forEach(Follower::catchUp);
        claims.heard();
    }

    @Override
    public void leaseLost(StoreException cause) {
        List.copyOf(publications).forEach(publication -> publication.leaseLost(cause));
        claims.leaseLost(cause);
    }

    private void connectionLost(StoreException cause) {
        session.connectionLost(cause);
    }

    private Watch begin(StoreWatch watch) {
        loop.execute(() -> {
            if (connection.isClosed() || watch.isClosed()) {
                return;
            }
            watches.add(watch);
            store.engine().follow(connection.writer(), watch.topic(), watch);
            StoreException trouble = session.trouble();
            if (session.isHeard()) {
                watch.tell();
            } else if (trouble != null) {
                watch.interrupt(trouble);
            }
        });
        return watch;
    }

    private void forget(MemoryPublication publication) {
        publications.remove(publication);
        store.engine().unfollow(publication.topic(), publication);
    }

    private void forget(StoreWatch watch) {
        store.engine().unfollow(watch.topic(), watch);
        loop.execute(() -> watches.remove(watch));
    }
}
