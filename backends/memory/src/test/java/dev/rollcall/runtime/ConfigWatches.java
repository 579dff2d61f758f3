package dev.rollcall.runtime;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.BackendProvider;
import dev.rollcall.spi.ConfigRange;
import dev.rollcall.spi.ConfigSink;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.InstanceSink;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.PublicationListener;
import dev.rollcall.spi.ServiceSink;
import dev.rollcall.spi.StoreUri;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Passes everything on but watches of configuration, which go the way that a test wants; counts them. */
final class ConfigWatches implements BackendProvider {
    private final BackendProvider provider;
    private volatile Way way;
    private final List<ConfigRange> watched = new ArrayList<>();
    private int open;

    /** What becomes of watches. */
    enum Way {
        PASSED_ON,
        NEVER_ANSWERED,
        REFUSED,
        /** As if the URI put configuration where the services are. */
        IMPOSSIBLE
    }

    ConfigWatches(BackendProvider provider, Way way) {
        this.provider = provider;
        this.way = way;
    }

    /** All ranges that were ever watched. */
    List<ConfigRange> watched() {
        return watched;
    }

    void go(Way another) {
        way = another;
    }

    int open() {
        return open;
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
                return backend.publish(service, id, listener);
            }

            @Override
            public Watch watchInstances(String service, InstanceSink sink) {
                return backend.watchInstances(service, sink);
            }

            @Override
            public ConfigStore config() {
                if (way == Way.IMPOSSIBLE) {
                    throw new IllegalArgumentException("configuration would be where the services are");
                }
                return counted(backend.config());
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

    private ConfigStore counted(ConfigStore store) {
        return new ConfigStore() {
            @Override
            public Backend.Watch watch(ConfigRange range, ConfigSink sink) {
                watched.add(range);
                open++;
                Backend.Watch watch = switch (way) {
                    case PASSED_ON, IMPOSSIBLE -> store.watch(range, sink);
                    case NEVER_ANSWERED -> () -> {};
                    case REFUSED -> {
                        sink.interrupted(new StoreException(Kind.DENIED, range + " may not be read"));
                        yield () -> {};
                    }
                };
                return () -> {
                    open--;
                    watch.close();
                };
            }

            @Override
            public CompletionStage<Long> write(String key, byte[] value, long expectedRevision) {
                return store.write(key, value, expectedRevision);
            }

            @Override
            public CompletionStage<Boolean> delete(String key, long expectedRevision) {
                return store.delete(key, expectedRevision);
            }
        };
    }
}
