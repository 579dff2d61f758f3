package dev.rollcall.runtime;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendProvider;
import dev.rollcall.spi.ConfigRange;
import dev.rollcall.spi.ConfigSink;
import dev.rollcall.spi.ConfigStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Passes everything on but watches of configuration, which go the way that a test wants; counts them. */
final class ConfigWatches extends PassedOn {
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
        super(provider);
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
    ConfigStore config(Backend real) {
        if (way == Way.IMPOSSIBLE) {
            throw new IllegalArgumentException("configuration would be where the services are");
        }
        ConfigStore store = real.config();
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
