package dev.rollcall.gateway;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what each instance is given. Safe for use by many threads; counting neither blocks nor locks. */
final class TrafficCounters {
    private final Map<String, Map<String, Counter>> services = new ConcurrentHashMap<>();

    /** One instance's counts. */
    static final class Counter {
        private final LongAdder begun = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final LongAdder ended = new LongAdder();

        void begin() {
            begun.increment();
        }

        /** Ends what began, once for each beginning. */
        void end(boolean asFailure) {
            if (asFailure) {
                failed.increment();
            }
            ended.increment();
        }

        InstanceTraffic traffic() {
            long over = ended.sum(); // before the beginnings, so that the difference is never negative
            long requests = begun.sum();
            return new InstanceTraffic(requests, failed.sum(), (int) Math.max(0, requests - over));
        }
    }

    Counter of(String service, String instanceId) {
        return services.computeIfAbsent(service, name -> new ConcurrentHashMap<>())
                .computeIfAbsent(instanceId, id -> new Counter());
    }

    /** Forgets the instances of a service that are neither known nor busy, so that memory doesn't grow with those that ever were. */
    void keepOnly(String service, Set<String> instanceIds) {
        Map<String, Counter> counters = services.get(service);
        if (counters != null) {
            counters.entrySet()
                    .removeIf(entry -> !instanceIds.contains(entry.getKey())
                            && entry.getValue().traffic().inFlight() == 0);
            if (counters.isEmpty() && instanceIds.isEmpty()) {
                services.remove(service, counters);
            }
        }
    }

    SortedMap<String, SortedMap<String, InstanceTraffic>> traffic() {
        SortedMap<String, SortedMap<String, InstanceTraffic>> traffic = new TreeMap<>();
        services.forEach((service, counters) -> {
            SortedMap<String, InstanceTraffic> instances = new TreeMap<>();
            counters.forEach((id, counter) -> instances.put(id, counter.traffic()));
            traffic.put(service, Collections.unmodifiableSortedMap(instances));
        });
        return Collections.unmodifiableSortedMap(traffic);
    }
}
