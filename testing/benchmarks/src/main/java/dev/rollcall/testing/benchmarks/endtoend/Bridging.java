package dev.rollcall.testing.benchmarks.endtoend;

import com.sun.management.OperatingSystemMXBean;
import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.bridge.Bridge;
import dev.rollcall.bridge.BridgeOptions;
import dev.rollcall.testing.servers.StoreServers;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How long from a raw write to one server until a consumer of another has it through a bridge, beside a raw write and raw watch of one server, change by change; the same
 * from a deregistration until it is gone; then what mirroring many instances takes, and what it costs when nothing happens.
 */
final class Bridging {
    private static final int WARM_UP = 300;
    private static final int CHANGES = 500;
    private static final String RAW = "raw";
    private static final String MIRRORED = "mirrored";
    private static final String ID = "10.0.0.5:8080";
    /** For what mirroring leaves behind to be compiled and collected. */
    private static final Duration SETTLING = Duration.ofSeconds(5);

    private static final Duration IDLE = Duration.ofSeconds(10);

    private final BlockingQueue<Arrival> arrived = new LinkedBlockingQueue<>();

    private record Arrival(int build, long nanos) {}

    static void measure(Store store) throws Exception {
        new Bridging().lag(store);
        new Bridging().removal(store);
        cost(store);
    }

    private static Bridge bridge(StoreServers from, StoreServers to, String service) throws InterruptedException {
        Bridge bridge = Bridge.open(BridgeOptions.builder(from.uri(), to.uri())
                .services(List.of(service))
                .elected(false)
                .build());
        bridge.awaitCaughtUp(Duration.ofMinutes(3));
        return bridge;
    }

    @SuppressWarnings("try") // what listens is closed, and otherwise left alone
    private void lag(Store store) throws Exception {
        try (StoreServers source = store.start();
                StoreServers target = store.start();
                RawClient writer = store.raw(source);
                RawClient reader = store.raw(source);
                Rollcall consumer = Rollcall.connect(target.uri());
                ServiceView view = consumer.discover(MIRRORED)) {
            writer.put(RAW, ID, 0).join();
            writer.put(MIRRORED, ID, 0).join();
            Figures rawFigures = new Figures();
            Figures figures = new Figures();
            try (Bridge bridge = bridge(source, target, MIRRORED);
                    AutoCloseable watch = reader.watch(RAW, ID, this::seen);
                    var subscription = view.listen(Runnable::run, now -> seen(build(view)))) {
                Waiting.until("the mirror", () -> view.instances().size() == 1);
                for (int change = 1; change <= WARM_UP + CHANGES; change++) {
                    boolean counts = change > WARM_UP;
                    time(writer, RAW, change, counts, rawFigures);
                    time(writer, MIRRORED, change, counts, figures);
                }
                Figures.say(
                        "%-9s bridge: raw put -> raw watch of one server p50 %.0f us p99 %.0f us; raw put -> view of another p50 %.0f us"
                                + " p99 %.0f us, ratio %.2f and %.2f; its own lag %s",
                        store,
                        rawFigures.median(),
                        rawFigures.percentile(99),
                        figures.median(),
                        figures.percentile(99),
                        figures.median() / rawFigures.median(),
                        figures.percentile(99) / rawFigures.percentile(99),
                        bridge.state().lag());
            }
        }
    }

    private void time(RawClient writer, String service, int build, boolean counts, Figures figures)
            throws InterruptedException {
        long start = System.nanoTime();
        writer.put(service, ID, build).join();
        long seen = await(build);
        if (counts) {
            figures.add((seen - start) / 1e3);
        }
    }

    /** When it was seen. */
    private long await(int build) throws InterruptedException {
        Arrival seen;
        do {
            seen = arrived.poll(30, TimeUnit.SECONDS);
            if (seen == null) {
                throw new IllegalStateException("change " + build + " was not seen within 30 s");
            }
        } while (seen.build() != build);
        return seen.nanos();
    }

    /** A deregistration is a farewell and a removal, so two writes, on either store. */
    @SuppressWarnings("try") // what listens is closed, and otherwise left alone
    private void removal(Store store) throws Exception {
        try (StoreServers source = store.start();
                StoreServers target = store.start();
                RawClient writer = store.raw(source);
                RawClient reader = store.raw(source);
                Rollcall provider = Rollcall.connect(source.uri());
                Rollcall consumer = Rollcall.connect(target.uri());
                ServiceView view = consumer.discover(MIRRORED)) {
            Instance instance = Instance.of(MIRRORED, "http://" + ID).withMetadata(Map.of("build", "0"));
            Figures rawFigures = new Figures();
            Figures figures = new Figures();
            try (Bridge bridge = bridge(source, target, MIRRORED);
                    AutoCloseable watch = reader.watch(RAW, ID, this::seen);
                    var subscription = view.listen(Runnable::run, now -> seen(build(view)))) {
                for (int change = 1; change <= WARM_UP + CHANGES; change++) {
                    boolean counts = change > WARM_UP;
                    writer.put(RAW, ID, 0).join();
                    timeRemoval(() -> writer.delete(RAW, ID), counts, rawFigures);
                    Registration registration = provider.register(instance);
                    timeRemoval(registration::closeAsync, counts, figures);
                }
                Figures.say(
                        "%-9s bridge: raw delete -> raw watch of one server p50 %.0f us p99 %.0f us; deregistered -> gone from a view of another"
                                + " p50 %.0f us p99 %.0f us, ratio %.2f and %.2f",
                        store,
                        rawFigures.median(),
                        rawFigures.percentile(99),
                        figures.median(),
                        figures.percentile(99),
                        figures.median() / rawFigures.median(),
                        figures.percentile(99) / rawFigures.percentile(99));
            }
        }
    }

    /** Times how long what is there, or about to be, takes to go. */
    private void timeRemoval(Supplier<CompletableFuture<?>> removal, boolean counts, Figures figures)
            throws InterruptedException {
        await(0);
        arrived.clear();
        long start = System.nanoTime();
        CompletableFuture<?> removed = removal.get();
        long seen = await(RawClient.GONE);
        removed.join();
        if (counts) {
            figures.add((seen - start) / 1e3);
        }
    }

    private void seen(int build) {
        arrived.add(new Arrival(build, System.nanoTime()));
    }

    private static int build(ServiceView view) {
        return view.instances().isEmpty()
                ? RawClient.GONE
                : Integer.parseInt(view.instances().get(0).metadata().getOrDefault("build", "-1"));
    }

    private static void cost(Store store) throws Exception {
        try (StoreServers source = store.start();
                StoreServers target = store.start();
                RawClient writer = store.raw(source)) {
            FirstView.fill(writer, store.registrations);
            long heapBefore = Footprint.heap();
            int threadsBefore = ManagementFactory.getThreadMXBean().getThreadCount();
            long start = System.nanoTime();
            try (Bridge bridge = bridge(source, target, "big")) {
                double seconds = (System.nanoTime() - start) / 1e9;
                long heap = Footprint.heap() - heapBefore;
                OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
                Waiting.pause(SETTLING.toMillis());
                long cpu = system.getProcessCpuTime();
                Waiting.pause(IDLE.toMillis());
                Figures.say(
                        "%-9s bridge: %,d instances mirrored in %.1f s, %.1f MB of heap (%.0f B each), %d threads, %.2f %% of a processor when"
                                + " nothing happens",
                        store,
                        bridge.state().mirrored(),
                        seconds,
                        heap / 1e6,
                        heap / (double) store.registrations,
                        ManagementFactory.getThreadMXBean().getThreadCount() - threadsBefore,
                        (system.getProcessCpuTime() - cpu) * 100.0 / IDLE.toNanos());
            }
        }
    }
}
