package dev.rollcall.consul;

import dev.rollcall.StoreException;
import dev.rollcall.spi.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which services have changed, told by two blocking queries for all of them. On the serial thread.
 *
 * <ul>
 *   <li>{@code /v1/health/state/any} tells every check of the datacenter with the service that it belongs to. What differs between two answers names
 *       the services to fetch. Each write of Rollcall's changes its check ({@code Notes}), so this finds all that Rollcall does, and
 *       whatever any check says of others.
 *   <li>{@code /v1/catalog/services} moves its index with every change of a service, but doesn't tell which. If that index isn't one
 *       that the checks have had, a service changed without its checks, and all are fetched, one sweep after the other with a
 *       pause that grows with their number. As one answer may stand for several changes, all are fetched half a minute after
 *       any change as well.
 * </ul>
 * An answer about all checks is as large as the datacenter, hence the pause between two.
 */
final class SharedInstances extends SharedWatch<InstanceFeed> {
    private static final int MAX_REMEMBERED = 1024;
    private static final Duration BETWEEN_ANSWERS = Duration.ofMillis(50);
    private static final Duration SETTLING = Duration.ofSeconds(1);
    private static final Duration SWEEP_PAUSE = Duration.ofSeconds(2);
    private static final Duration SLOW_SWEEP = Duration.ofSeconds(30);
    private static final Duration SWEEP_PAUSE_PER_SERVICE = Duration.ofMillis(20);
    private static final String WHOLE_NODES = "";

    private final Set<Long> checkIndexes = new LinkedHashSet<>();
    private final Set<Long> serviceIndexes = new LinkedHashSet<>();
    private Map<String, Long> digests = new HashMap<>();
    private long sweptNanos;
    private EventLoop.@Nullable Timer sweep;
    private EventLoop.@Nullable Timer slowSweep;

    SharedInstances(BlockingQuery.Store store, Requests requests) {
        super(store, requests);
    }

    @Override
    List<BlockingQuery> queries() {
        Call checks =
                Call.get("/v1/health/state/any", store().settings().scope().ofNames());
        Call services = ServiceFeed.question(store().settings());
        return List.of(
                new BlockingQuery(store(), checks, null, new ChecksReader()),
                new BlockingQuery(store(), services, null, new ServicesReader()));
    }

    @Override
    void closed() {
        checkIndexes.clear();
        serviceIndexes.clear();
        stop(sweep);
        stop(slowSweep);
        sweep = null;
        slowSweep = null;
    }

    private final class ChecksReader implements BlockingQuery.Reader {
        @Override
        public void read(Answer answer, long index, boolean afresh, boolean replaced) throws IOException {
            Set<String> names = new HashSet<>();
            names.add(WHOLE_NODES);
            feeds().forEach(feed -> names.add(feed.name()));
            Map<String, Long> now = new HashMap<>();
            CatalogReader.checks(answer.body(), (service, mark) -> {
                if (names.contains(service)) {
                    now.merge(service, mark, Long::sum);
                }
            });
            Map<String, Long> before = digests;
            digests = now;
            add(checkIndexes, index);
            boolean all = afresh || replaced || !same(before, now, WHOLE_NODES);
            heard(feed -> all || !same(before, now, feed.name()));
        }

        @Override
        public void interrupted(StoreException cause) {
            deaf(cause);
        }

        @Override
        public Duration pause() {
            return BETWEEN_ANSWERS;
        }
    }

    private static boolean same(Map<String, Long> before, Map<String, Long> now, String name) {
        return Objects.equals(before.get(name), now.get(name));
    }

    private static void add(Set<Long> indexes, long index) {
        indexes.add(index);
        Iterator<Long> oldest = indexes.iterator();
        while (indexes.size() > MAX_REMEMBERED) {
            oldest.next();
            oldest.remove();
        }
    }

    private final class ServicesReader implements BlockingQuery.Reader {
        @Override
        public void read(Answer answer, long index, boolean afresh, boolean replaced) {
            if (afresh) {
                return; // so are the checks, and everything is fetched
            }
            add(serviceIndexes, index);
            if (sweep == null) {
                Duration since = Duration.ofNanos(store().serial().nanoTime() - sweptNanos);
                Duration rest = sweepPause().minus(since);
                sweep = store().serial()
                        .schedule(rest.compareTo(SETTLING) > 0 ? rest : SETTLING, SharedInstances.this::settle);
            }
            if (slowSweep == null) {
                slowSweep = store().serial().schedule(SLOW_SWEEP, SharedInstances.this::sweepAll);
            }
        }

        @Override
        public void interrupted(StoreException cause) {
            // the checks are interrupted too, or the next answer will tell
        }

        @Override
        public Duration pause() {
            return BETWEEN_ANSWERS;
        }
    }

    private Duration sweepPause() {
        Duration grown = SWEEP_PAUSE_PER_SERVICE.multipliedBy(size());
        return grown.compareTo(SWEEP_PAUSE) > 0 ? grown : SWEEP_PAUSE;
    }

    private void settle() {
        sweep = null;
        boolean explained = checkIndexes.containsAll(serviceIndexes);
        serviceIndexes.clear();
        if (!explained) {
            sweepAll();
        }
    }

    private void sweepAll() {
        stop(slowSweep);
        slowSweep = null;
        sweptNanos = store().serial().nanoTime();
        fetch(feed -> true);
    }
}
