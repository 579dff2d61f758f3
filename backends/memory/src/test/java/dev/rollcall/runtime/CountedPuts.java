package dev.rollcall.runtime;

import dev.rollcall.Instance;
import dev.rollcall.spi.BackendProvider;
import dev.rollcall.spi.Publication;
import dev.rollcall.tck.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Passes everything on and remembers when the runtime asked for an entry to be written. */
final class CountedPuts extends PassedOn {
    private final VirtualTime time;
    private final List<Duration> moments = new ArrayList<>();
    private Duration since = Duration.ZERO;

    CountedPuts(BackendProvider provider, VirtualTime time) {
        super(provider);
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
    Publication publication(Publication real) {
        return new Publication() {
            @Override
            public CompletionStage<Void> put(Instance instance) {
                moments.add(time.elapsed());
                return real.put(instance);
            }

            @Override
            public CompletionStage<Void> remove() {
                return real.remove();
            }
        };
    }
}
