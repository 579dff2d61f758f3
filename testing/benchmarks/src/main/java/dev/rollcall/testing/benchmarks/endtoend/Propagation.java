package dev.rollcall.testing.benchmarks.endtoend;

import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.testing.servers.StoreServers;
import java.time.Duration;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long from a write until a consumer has it. Raw write → raw watch and raw write → Rollcall view take turns, change by change, so that whatever
 * else the machine does meets both; then Rollcall's own update → Rollcall's view.
 */
final class Propagation {
    private static final int WARM_UP = 500;
    private static final int CHANGES = 500;
    private static final String RAW = "raw";
    private static final String VIEWED = "viewed";
    private static final String ID = "10.0.0.5:8080";

    /** When a change was seen; one at a time. */
    private final SynchronousQueue<Integer> arrived = new SynchronousQueue<>();

    private final AtomicLong seenAt = new AtomicLong();

    static void measure(Store store) throws Exception {
        new Propagation().run(store);
    }

    @SuppressWarnings({"try", "FutureReturnValueIgnored"}) // what listens is closed, and otherwise left alone
    private void run(Store store) throws Exception {
        try (StoreServers servers = store.start();
                RawClient writer = store.raw(servers);
                RawClient reader = store.raw(servers);
                Rollcall rollcall = Rollcall.connect(servers.uri());
                Rollcall provider = Rollcall.connect(servers.uri());
                ServiceView view = rollcall.discover(VIEWED);
                ServiceView own = rollcall.discover("own");
                Registration registration =
                        provider.register(Instance.of("own", "http://" + ID).withMetadata("build", "0"))) {
            writer.put(RAW, ID, 0).join();
            writer.put(VIEWED, ID, 0).join();
            registration.awaitRegistered(Duration.ofSeconds(10));
            Waiting.until(
                    "a view",
                    () -> view.instances().size() == 1 && own.instances().size() == 1);
            Figures rawFigures = new Figures();
            Figures viewFigures = new Figures();
            Figures ownFigures = new Figures();
            try (AutoCloseable watch = reader.watch(RAW, ID, this::seen);
                    var first = view.listen(Runnable::run, now -> seen(build(view)));
                    var second = own.listen(Runnable::run, now -> seen(build(own)))) {
                for (int change = 1; change <= WARM_UP + CHANGES; change++) {
                    int build = change;
                    boolean counts = change > WARM_UP;
                    time(build, counts, rawFigures, () -> writer.put(RAW, ID, build));
                    time(build, counts, viewFigures, () -> writer.put(VIEWED, ID, build));
                    time(
                            build,
                            counts,
                            ownFigures,
                            () -> registration.update(now -> now.withMetadata("build", Integer.toString(build))));
                }
            }
            print(store, "raw put -> raw watch", rawFigures, rawFigures);
            print(store, "raw put -> Rollcall view", viewFigures, rawFigures);
            print(store, "Rollcall update -> Rollcall view", ownFigures, rawFigures);
        }
    }

    private void time(int build, boolean counts, Figures figures, Runnable write) throws InterruptedException {
        long start = System.nanoTime();
        write.run();
        Integer seen;
        do {
            seen = arrived.poll(30, TimeUnit.SECONDS);
            if (seen == null) {
                throw new IllegalStateException("change " + build + " was not seen within 30 s");
            }
        } while (seen != build);
        if (counts) {
            figures.add((seenAt.get() - start) / 1e3);
        }
    }

    private void seen(int build) {
        seenAt.set(System.nanoTime());
        try {
            // Nobody waits for what a listener is told at its start, or for a change told twice.
            var unused = arrived.offer(build, 100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int build(ServiceView view) {
        return Integer.parseInt(view.instances().get(0).metadata().getOrDefault("build", "-1"));
    }

    private static void print(Store store, String what, Figures figures, Figures floor) {
        Figures.say(
                "%-9s %-34s p50 %7.0f us  p99 %7.0f us   ratio to raw: p50 %.2f  p99 %.2f",
                store,
                what,
                figures.median(),
                figures.percentile(99),
                figures.median() / floor.median(),
                figures.percentile(99) / floor.percentile(99));
    }
}
