package dev.rollcall.embedded;

import dev.rollcall.spi.Backend;
import dev.rollcall.spi.ClaimStore;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.InstanceSink;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.PublicationListener;
import dev.rollcall.spi.ServiceSink;
import java.util.concurrent.atomic.AtomicBoolean;

/** A ZooKeeper backend that gives its share of the server back when it is closed. Thread-safe. */
final class LeasedBackend implements Backend {
    private final Backend backend;
    private final SharedRegistries.Lease lease;
    private final AtomicBoolean closed = new AtomicBoolean();

    LeasedBackend(Backend backend, SharedRegistries.Lease lease) {
        this.backend = backend;
        this.lease = lease;
    }

    @Override
    public Publication publish(String service, String id, PublicationListener listener) {
        return backend.publish(service, id, listener);
    }

    @Override
    public Watch watchInstances(String service, InstanceSink sink) {
        return backend.watchInstances(service, sink);
    }

    @Override
    public Watch watchServices(ServiceSink sink) {
        return backend.watchServices(sink);
    }

    @Override
    public ConfigStore config() {
        return backend.config();
    }

    @Override
    public ClaimStore claims() {
        return backend.claims();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            backend.close();
            lease.close();
        }
    }
}
