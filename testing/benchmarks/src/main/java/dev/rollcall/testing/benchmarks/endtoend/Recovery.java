package dev.rollcall.testing.benchmarks.endtoend;

import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.testing.servers.EtcdServers;
import dev.rollcall.testing.servers.StoreServers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How long things take that users wait for when something has died, with a TTL of 5 s. */
final class Recovery {
    private static final int ROUNDS = 5;

    private Recovery() {}

    /** A provider to be killed: registers {@code args[1]} at {@code args[0]} and waits. */
    static final class Provider {
        private Provider() {}

        public static void main(String[] args) throws InterruptedException {
            Rollcall rollcall = Rollcall.connect(args[0]);
            rollcall.register(Instance.of("killed", "http://" + args[1])).awaitRegistered(Duration.ofSeconds(20));
            System.out.println("registered");
            TimeUnit.HOURS.sleep(1);
        }
    }

    static void measure(Store store) throws Exception {
        try (StoreServers servers = store.start()) {
            String uri = servers.uri() + "/?ttl=5s";
            try (Rollcall consumer = Rollcall.connect(uri);
                    Rollcall provider = Rollcall.connect(uri);
                    RawClient raw = store.raw(servers)) {
                sigkill(store, uri, consumer);
                Instance instance = Instance.of("orders", "http://10.0.0.5:8080");
                Registration registration = provider.register(instance);
                ServiceView view = consumer.discover("orders");
                Waiting.until("the instance", () -> view.instances().size() == 1);
                keyDelete(store, raw, registration);
                if (servers instanceof EtcdServers etcd) {
                    leaseRevoke(store, etcd, registration);
                }
                restart(store, servers, view, registration);
                outage(store, servers, view);
            }
        }
    }

    private static void sigkill(Store store, String uri, Rollcall consumer) throws Exception {
        Figures removal = new Figures();
        try (ServiceView view = consumer.discover("killed")) {
            for (int round = 0; round < ROUNDS; round++) {
                Process process = new ProcessBuilder(List.of(
                                ProcessHandle.current().info().command().orElse("java"),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Provider.class.getName(),
                                uri,
                                "10.0.0.9:" + (8000 + round)))
                        .redirectErrorStream(true)
                        .start();
                try {
                    Waiting.until("the provider", () -> view.instances().size() == 1);
                    Waiting.pause(700L * round); // at different moments between two heartbeats
                    long start = System.nanoTime();
                    process.destroyForcibly();
                    Waiting.until("its removal", () -> view.instances().isEmpty());
                    removal.add((System.nanoTime() - start) / 1e6);
                } finally {
                    process.destroyForcibly();
                }
            }
        }
        Figures.say(
                "%-9s SIGKILL of a provider -> gone from the view, TTL 5 s: median %.0f ms, longest %.0f ms of %d",
                store, removal.median(), removal.percentile(100), ROUNDS);
    }

    private static void keyDelete(Store store, RawClient raw, Registration registration) {
        Figures figures = new Figures();
        for (int round = 0; round < ROUNDS; round++) {
            Waiting.pause(1_500);
            long start = System.nanoTime();
            raw.delete("orders", registration.instance().id()).join();
            Waiting.until(
                    "the loss",
                    () -> registration
                            .state()
                            .since()
                            .isAfter(java.time.Instant.now().minusMillis(1_000)));
            Waiting.until("the return", () -> registration.state().phase() == Phase.REGISTERED);
            figures.add((System.nanoTime() - start) / 1e6);
        }
        Figures.say("%-9s key deleted -> registered again: median %.1f ms", store, figures.median());
    }

    private static void leaseRevoke(Store store, EtcdServers etcd, Registration registration) {
        Figures figures = new Figures();
        for (int round = 0; round < ROUNDS; round++) {
            Waiting.pause(1_500);
            String lease = etcd.etcdctl("lease", "list")
                    .lines()
                    .reduce((first, last) -> last)
                    .orElseThrow();
            java.time.Instant before = java.time.Instant.now();
            long start = System.nanoTime();
            for (String id : etcd.etcdctl("lease", "list").lines().skip(1).toList()) {
                etcd.etcdctl("lease", "revoke", id.strip());
            }
            Waiting.until(
                    "the loss, lease " + lease,
                    () -> registration.state().since().isAfter(before));
            Waiting.until("the return", () -> registration.state().phase() == Phase.REGISTERED);
            figures.add((System.nanoTime() - start) / 1e6);
        }
        Figures.say(
                "%-9s lease revoked -> registered again (the revoking command included): median %.0f ms",
                store, figures.median());
    }

    private static void restart(Store store, StoreServers servers, ServiceView view, Registration registration) {
        servers.kill();
        Waiting.until("staleness", () -> view.reading() instanceof Reading.Stale);
        long start = System.nanoTime();
        servers.restart();
        double ready = (System.nanoTime() - start) / 1e6;
        Waiting.until(
                "freshness",
                () -> view.reading() instanceof Reading.Fresh
                        && view.instances().size() == 1
                        && registration.state().phase() == Phase.REGISTERED);
        Figures.say(
                "%-9s store killed and started again: server ready after %.0f ms, view fresh and registered after %.0f ms",
                store, ready, (System.nanoTime() - start) / 1e6);
    }

    private static void outage(Store store, StoreServers servers, ServiceView view) {
        servers.kill();
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        long reads = 0;
        long empty = 0;
        while (System.nanoTime() < end) {
            reads++;
            empty += view.instances().isEmpty() ? 1 : 0;
            Waiting.pause(1);
        }
        servers.restart();
        Waiting.until(
                "freshness",
                () -> view.reading() instanceof Reading.Fresh
                        && view.instances().size() == 1);
        Figures.say("%-9s outage of 60 s: %d reads, %d of them empty; fresh again afterwards", store, reads, empty);
    }
}
