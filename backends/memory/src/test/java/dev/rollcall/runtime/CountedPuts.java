package dev.rollcall.runtime;

import dev.rollcall.Instance;
import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.BackendProvider;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.InstanceSink;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.PublicationListener;
import dev.rollcall.spi.ServiceSink;
import dev.rollcall.spi.StoreUri;
import dev.rollcall.tck.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Passes everything on and remembers when the runtime asked for an entry to be written. */
final class CountedPuts implements BackendProvider {
    private final BackendProvider provider;
    private final VirtualTime time;
    private final List<Duration> moments = new ArrayList<>();
    private Duration since = Duration.ZERO;

    CountedPuts(BackendProvider provider, VirtualTime time) {
        this.provider = provider;
        this.time = time;
    }

    int count() {
        return moments.size();
    }

    void forget() {
        moments.clear();
        since = time.elapsed();
    }

    /** The pauses between one and the next. */
    List<Duration> pauses() {
        List<Duration> pauses = new ArrayList<>();
        for (int i = 1; i < moments.size(); i++) {
            pauses.add(moments.get(i).minus(moments.get(i - 1)));
        }
        return pauses;
    }

    /** The largest number within any span of this length. */
    int mostWithin(Duration span) {
        return mostWithin(span, Duration.ZERO);
    }

    /** The largest number within any span of this length that begins so long after counting began. */
    int mostWithin(Duration span, Duration after) {
        int most = 0;
        int first = 0;
        for (int last = 0; last < moments.size(); last++) {
            while (moments.get(last).minus(moments.get(first)).compareTo(span) >= 0
                    || (first < last && moments.get(first).compareTo(since.plus(after)) < 0)) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
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
                return counted(backend.publish(service, id, listener));
            }

            @Override
            public Watch watchInstances(String service, InstanceSink sink) {
                return backend.watchInstances(service, sink);
            }

            @Override
            public ConfigStore config() {
                return backend.config();
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

    private Publication counted(Publication publication) {
        return new Publication() {
            @Override
            public CompletionStage<Void> put(Instance instance) {
                moments.add(time.elapsed());
                return publication.put(instance);
            }

            @Override
            public CompletionStage<Void> remove() {
                return publication.remove();
            }
        };
    }
}
