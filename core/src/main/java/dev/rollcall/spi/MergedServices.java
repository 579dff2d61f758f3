package dev.rollcall.spi;

import dev.rollcall.StoreException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * The names of services as several layouts have them, reported as one: their union. Nothing is reported before every layout has told its
 * names, nor while one of them is interrupted; when all are back, all names are. The revision is the highest that any of them has told.
 * Safe for use by many threads.
 */
public final class MergedServices {
    private final ServiceSink sink;
    private final Merge merge;
    private final List<Source> sources = new ArrayList<>();

    private MergedServices(ServiceSink sink) {
        this.sink = sink;
        this.merge = new Merge(this::report, sink::interrupted);
    }

    /**
     * Follows the names in all these layouts.
     *
     * @param layouts at least one
     * @param counts whether a layout, by its name, is one that a service, by its name, is read in, as {@link LayoutChoice#reads} tells
     */
    public static Backend.Watch watch(
            List<LayoutSource<ServiceSink>> layouts, BiPredicate<String, String> counts, ServiceSink sink) {
        if (layouts.size() == 1) {
            return layouts.get(0).watch().apply(sink);
        }
        MergedServices merged = new MergedServices(sink);
        layouts.forEach(layout -> merged.sources.add(merged.new Source(layout.layout(), counts)));
        for (int i = 0; i < layouts.size(); i++) {
            merged.merge.follow(layouts.get(i), merged.sources.get(i));
        }
        return merged.merge;
    }

    private void report() {
        Set<String> union = new HashSet<>();
        sources.forEach(source -> union.addAll(source.names));
        sink.services(Set.copyOf(union), merge.revision());
    }

    /** One layout. Its calls may come from any thread; the state is touched inside {@link Merge#run} alone. */
    private final class Source implements ServiceSink {
        private final String layout;
        private final BiPredicate<String, String> counts;
        private final Merge.Part part = merge.part();
        private Set<String> names = Set.of();

        Source(String layout, BiPredicate<String, String> counts) {
            this.layout = layout;
            this.counts = counts;
        }

        @Override
        public void services(Set<String> all, long revision) {
            merge.run(() -> {
                names = new HashSet<>(all);
                names.removeIf(name -> !counts.test(layout, name));
                part.listed(revision);
            });
        }

        @Override
        public void interrupted(StoreException cause) {
            merge.run(() -> part.interrupted(cause));
        }

        @Override
        public void resumed() {
            merge.run(part::resumed);
        }
    }
}
