package dev.rollcall.gateway;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts requests by service, and writes them in Prometheus' text format. Safe for use by many threads; counting never locks. */
final class GatewayMetrics {
    private static final double[] BUCKETS_SECONDS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
    };
    private static final String[] CODES = {"1xx", "2xx", "3xx", "4xx", "5xx", "client_gone"};
    private static final int CLIENT_GONE = CODES.length - 1;

    private final Map<String, ServiceCounts> services = new ConcurrentHashMap<>();
    private final LongAdder inFlight = new LongAdder();
    /** One for each fault, so it never changes. */
    private final Map<Unreadable.Fault, LongAdder> unreadable = new EnumMap<>(Unreadable.Fault.class);

    /** What is counted of one service, and of all requests that reached none. */
    private static final class ServiceCounts {
        private final LongAdder[] codes = adders(CODES.length);
        private final LongAdder[] buckets = adders(BUCKETS_SECONDS.length + 1);
        private final LongAdder nanos = new LongAdder();
        private final LongAdder retries = new LongAdder();
        private final LongAdder refused = new LongAdder();

        private static LongAdder[] adders(int count) {
            LongAdder[] adders = new LongAdder[count];
            for (int i = 0; i < count; i++) {
                adders[i] = new LongAdder();
            }
            return adders;
        }
    }

    GatewayMetrics() {
        for (Unreadable.Fault fault : Unreadable.Fault.values()) {
            unreadable.put(fault, new LongAdder());
        }
    }

    void begin() {
        inFlight.increment();
    }

    /** @param status 0 for a client that went away */
    void end(String service, int status, long nanos, int attempts, boolean refused) {
        inFlight.decrement();
        ServiceCounts counts = services.computeIfAbsent(service, name -> new ServiceCounts());
        counts.codes[status == 0 ? CLIENT_GONE : Math.min(5, Math.max(1, status / 100)) - 1].increment();
        counts.nanos.add(nanos);
        int bucket = 0;
        while (bucket < BUCKETS_SECONDS.length && nanos > BUCKETS_SECONDS[bucket] * 1e9) {
            bucket++;
        }
        counts.buckets[bucket].increment();
        if (attempts > 1) {
            counts.retries.add(attempts - 1L);
        }
        if (refused) {
            counts.refused.increment();
        }
    }

    void unreadable(Unreadable.Fault fault) {
        requireNonNull(unreadable.get(fault)).increment();
    }

    /** Everything, in Prometheus' text format, version 0.0.4. */
    String text(
            SortedMap<String, SortedMap<String, InstanceTraffic>> traffic, long droppedLogLines, boolean rulesCurrent) {
        StringBuilder text = new StringBuilder();
        SortedMap<String, ServiceCounts> sorted = new TreeMap<>(services);
        head(
                text,
                "rollcall_gateway_requests_total",
                "counter",
                "Requests ended, by service and status; service \"-\" is none.");
        sorted.forEach((service, counts) -> {
            for (int i = 0; i < CODES.length; i++) {
                if (counts.codes[i].sum() > 0) {
                    line(text, "rollcall_gateway_requests_total", service, "code", CODES[i], counts.codes[i].sum());
                }
            }
        });
        head(text, "rollcall_gateway_refused_total", "counter", "Requests that the gateway answered itself.");
        sorted.forEach(
                (service, counts) -> line(text, "rollcall_gateway_refused_total", service, counts.refused.sum()));
        unreadable(text);
        head(text, "rollcall_gateway_retries_total", "counter", "Tries beyond the first.");
        sorted.forEach(
                (service, counts) -> line(text, "rollcall_gateway_retries_total", service, counts.retries.sum()));
        head(
                text,
                "rollcall_gateway_request_seconds",
                "histogram",
                "Time from the head of a request to the end of its response.");
        sorted.forEach((service, counts) -> histogram(text, service, counts));
        instances(text, traffic);
        head(text, "rollcall_gateway_requests_in_flight", "gauge", "Requests that have not ended.");
        text.append("rollcall_gateway_requests_in_flight ")
                .append(inFlight.sum())
                .append('\n');
        head(
                text,
                "rollcall_gateway_access_log_dropped_total",
                "counter",
                "Lines of the access log that were dropped.");
        text.append("rollcall_gateway_access_log_dropped_total ")
                .append(droppedLogLines)
                .append('\n');
        head(
                text,
                "rollcall_gateway_rules_current",
                "gauge",
                "1 if the rules in force are those in the store, 0 if not.");
        text.append("rollcall_gateway_rules_current ")
                .append(rulesCurrent ? 1 : 0)
                .append('\n');
        return text.toString();
    }

    private void unreadable(StringBuilder text) {
        String name = "rollcall_gateway_unreadable_total";
        head(text, name, "counter", "What could not be read as a request, by fault; in no other count of requests.");
        unreadable.forEach((fault, count) -> text.append(name)
                .append("{fault=\"")
                .append(fault.text())
                .append("\"} ")
                .append(count.sum())
                .append('\n'));
    }

    private static void instances(StringBuilder text, SortedMap<String, SortedMap<String, InstanceTraffic>> traffic) {
        head(text, "rollcall_gateway_instance_requests_total", "counter", "Tries given to an instance.");
        traffic.forEach((service, instances) -> instances.forEach((id, counts) ->
                line(text, "rollcall_gateway_instance_requests_total", service, "instance", id, counts.requests())));
        head(text, "rollcall_gateway_instance_failures_total", "counter", "Tries that an instance failed.");
        traffic.forEach((service, instances) -> instances.forEach((id, counts) ->
                line(text, "rollcall_gateway_instance_failures_total", service, "instance", id, counts.failures())));
        head(text, "rollcall_gateway_instance_in_flight", "gauge", "Tries under way.");
        traffic.forEach((service, instances) -> instances.forEach((id, counts) ->
                line(text, "rollcall_gateway_instance_in_flight", service, "instance", id, counts.inFlight())));
    }

    private static void histogram(StringBuilder text, String service, ServiceCounts counts) {
        long below = 0;
        for (int i = 0; i < counts.buckets.length; i++) {
            below += counts.buckets[i].sum();
            String limit = i < BUCKETS_SECONDS.length ? Double.toString(BUCKETS_SECONDS[i]) : "+Inf";
            line(text, "rollcall_gateway_request_seconds_bucket", service, "le", limit, below);
        }
        text.append("rollcall_gateway_request_seconds_sum{service=\"")
                .append(escaped(service))
                .append("\"} ")
                .append(String.format(Locale.ROOT, "%.6f", counts.nanos.sum() / 1e9))
                .append('\n');
        line(text, "rollcall_gateway_request_seconds_count", service, below);
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void line(StringBuilder text, String name, String service, long value) {
        text.append(name)
                .append("{service=\"")
                .append(escaped(service))
                .append("\"} ")
                .append(value)
                .append('\n');
    }

    private static void line(
            StringBuilder text, String name, String service, String label, String labelValue, long value) {
        text.append(name)
                .append("{service=\"")
                .append(escaped(service))
                .append("\",")
                .append(label)
                .append("=\"")
                .append(escaped(labelValue))
                .append("\"} ")
                .append(value)
                .append('\n');
    }

    private static String escaped(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
