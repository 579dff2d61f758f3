package dev.rollcall.runtime;

import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.BackendProvider;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.InstanceSink;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.PublicationListener;
import dev.rollcall.spi.ServiceSink;
import dev.rollcall.spi.StoreUri;
import java.util.Set;

/** A backend's provider between the runtime and a real one, to which everything is passed on that a subclass doesn't change. */
abstract class PassedOn implements BackendProvider {
    private final BackendProvider provider;

    PassedOn(BackendProvider provider) {
        this.provider = provider;
    }

    /** What the runtime publishes through. */
    Publication publication(Publication real) {
        return real;
    }

    /** What the runtime reads configuration from. */
    ConfigStore config(Backend real) {
        return real.config();
    }

    @Override
    public Set<String> schemes() {
        return provider.schemes();
    }

    @Override
    public boolean tls() {
        return provider.tls();
    }

    @Override
    public String example() {
        return provider.example();
    }

    @Override
    public Set<String> parameters() {
        return provider.parameters();
    }

    @Override
    public Backend open(StoreUri uri, BackendContext context) {
        Backend backend = provider.open(uri, context);
        return new Backend() {
            @Override
            public Publication publish(String service, String id, PublicationListener listener) {
                return publication(backend.publish(service, id, listener));
            }

            @Override
            public Watch watchInstances(String service, InstanceSink sink) {
                return backend.watchInstances(service, sink);
            }

            @Override
            public ConfigStore config() {
                return PassedOn.this.config(backend);
            }

            @Override
            public Watch watchServices(ServiceSink sink) {
                return backend.watchServices(sink);
            }

            @Override
            public void close() {
                backend.close();
            }
        };
    }
}
