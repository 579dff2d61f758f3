package dev.rollcall.cli;

import dev.rollcall.Instance;
import dev.rollcall.Reading;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Snapshot;
import dev.rollcall.Subscription;
import dev.rollcall.balance.LoadBalancer;
import dev.rollcall.balance.Selector;
import dev.rollcall.spi.StoreUri;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What happens in the demo, step by step; a step that is not observed ends the story. Used by one thread. */
final class DemoStory {
    private static final List<String> IDS = List.of("a", "b", "c");
    private static final String VICTIM = "a";
    private static final String HEAVY = "c";
    private static final int HEAVY_WEIGHT = 4;
    private static final int REQUESTS = 300;
    private static final int SIGTERM_EXIT = 143;

    private static final Duration TTL = Duration.ofSeconds(3);
    /** Stores round a TTL up and look for expired leases every so often: ZooKeeper by its ticks of up to 2 s. */
    private static final Duration STORE_ROUNDING = Duration.ofSeconds(4);

    /** Below the TTL less a heartbeat, so that what is gone by then did not expire. */
    private static final Duration LEAVE_LIMIT = Duration.ofMillis(1900);

    private static final Duration START_LIMIT = Duration.ofSeconds(15);
    private static final Duration CHANGE_LIMIT = Duration.ofSeconds(3);

    private final Timeline timeline;
    private final String registry;
    private final String service;
    private final Path scratch;
    private final DemoTraffic traffic = new DemoTraffic();
    private final List<DemoService> services = new ArrayList<>();

    /**
     * @param registry the URI, with its password if it has one
     * @param scratch a directory for what the processes print
     */
    DemoStory(Timeline timeline, String registry, String service, Path scratch) {
        this.timeline = timeline;
        this.registry = registry;
        this.service = service;
        this.scratch = scratch;
    }

    /**
     * Plays it all, and ends every process that it started.
     *
     * @throws dev.rollcall.StoreException if the registry does not answer
     */
    void tell(Rollcall rollcall) throws InterruptedException, IOException {
        try (ServiceView view = rollcall.discover(service)) {
            view.awaitKnown(CHANGE_LIMIT);
            timeline.claim("registry", true, "answers at " + StoreUri.parse(registry), "");
            boolean complete = start(view) && balance(view) && reweigh(view) && kill(view) && leave(view);
            if (!complete) {
                timeline.doing("end", "the rest of the demo needs what was not observed");
            }
        } finally {
            services.forEach(DemoService::close);
        }
    }

    /** Starts the services again, and keeps them until this thread is interrupted. */
    void stay() throws InterruptedException, IOException {
        try {
            for (String id : IDS) {
                services.add(DemoService.start(registry, service, id, TTL, scratch));
            }
            timeline.doing(
                    "stay",
                    "three HTTP servers again, processes "
                            + services.stream()
                                    .filter(DemoService::isAlive)
                                    .map(one -> Long.toString(one.pid()))
                                    .collect(Collectors.joining(", "))
                            + ": kill one and see; Ctrl-C ends it all");
            new CountDownLatch(1).await();
        } finally {
            services.forEach(DemoService::close);
        }
    }

    boolean anyAlive() {
        return services.stream().anyMatch(DemoService::isAlive);
    }

    private boolean start(ServiceView view) throws InterruptedException, IOException {
        for (String id : IDS) {
            services.add(DemoService.start(registry, service, id, TTL, scratch));
        }
        timeline.doing(
                "services",
                "starting three HTTP servers, processes "
                        + services.stream().map(one -> Long.toString(one.pid())).collect(Collectors.joining(", "))
                        + "; each registers itself as " + service + " with a TTL of " + TTL.toSeconds() + " s");
        boolean seen = until(
                view,
                START_LIMIT,
                snapshot -> ids(snapshot).equals(Set.copyOf(IDS)),
                CompletableFuture.anyOf(
                        services.stream().map(DemoService::ended).toArray(CompletableFuture<?>[]::new)));
        timeline.claim(
                "discovered",
                seen,
                "three instances of " + service,
                "three instances register themselves" + lastWords());
        if (seen) {
            for (Instance instance : view.instances()) {
                timeline.detail(instance.id() + "  " + instance.endpoint() + "  weight " + instance.weight());
            }
        }
        return seen;
    }

    private boolean balance(ServiceView view) throws InterruptedException {
        DemoTraffic.Outcome outcome = traffic.send(view.selector(LoadBalancer.roundRobin()), REQUESTS);
        boolean even = IDS.stream().allMatch(id -> Math.abs(outcome.by(id) - REQUESTS / IDS.size()) <= IDS.size());
        timeline.claim(
                "requests",
                outcome.answered() == REQUESTS && even,
                shares(outcome) + " (round robin)",
                "300 requests are answered by the three in equal parts; there were " + shares(outcome));
        return true;
    }

    private boolean reweigh(ServiceView view) throws InterruptedException {
        Instance heavy = view.instances().get(IDS.indexOf(HEAVY));
        long askedAt = System.nanoTime();
        boolean seen = traffic.changeWeight(heavy, HEAVY_WEIGHT)
                && until(view, CHANGE_LIMIT, snapshot -> weight(snapshot, HEAVY) == HEAVY_WEIGHT);
        timeline.claim(
                "weight",
                seen,
                HEAVY + " was told to report weight " + HEAVY_WEIGHT + "; the list showed it " + millisSince(askedAt)
                        + " ms later",
                HEAVY + "'s new weight reaches the list");
        if (!seen) {
            return false;
        }
        DemoTraffic.Outcome outcome = traffic.send(view.selector(LoadBalancer.weightedRandom()), 2 * REQUESTS);
        timeline.claim(
                "requests",
                outcome.failed() == 0 && followsWeights(outcome, view.instances()),
                shares(outcome) + " (random by weights 1, 1, " + HEAVY_WEIGHT + ")",
                "600 requests are shared by the weights 1, 1, " + HEAVY_WEIGHT + "; there were " + shares(outcome));
        return true;
    }

    private boolean kill(ServiceView view) throws InterruptedException {
        Selector selector = view.selector(LoadBalancer.weightedRandom());
        CompletableFuture<Void> enough = new CompletableFuture<>();
        CompletableFuture<DemoTraffic.Outcome> sending = traffic.keepSending(selector, () -> !enough.isDone());
        DemoService victim = services.get(IDS.indexOf(VICTIM));
        long killedAt = System.nanoTime();
        boolean dead = victim.kill();
        timeline.claim(
                "kill",
                dead,
                "process " + victim.pid() + " (" + VICTIM + ") is dead by SIGKILL, while requests keep coming",
                "process " + victim.pid() + " dies by SIGKILL");
        boolean gone =
                until(view, TTL.plus(STORE_ROUNDING), snapshot -> !ids(snapshot).contains(VICTIM));
        long tookMillis = millisSince(killedAt);
        enough.complete(null);
        timeline.claim(
                "list",
                gone && ids(view).equals(Set.of("b", HEAVY)),
                VICTIM + " left it " + tookMillis + " ms after the kill (TTL " + TTL.toMillis() + " ms"
                        + (tookMillis > TTL.toMillis() ? ", and the store's own rounding" : "") + "); b and c stay",
                VICTIM + " alone leaves the list within its TTL; the list was " + ids(view));
        DemoTraffic.Outcome during = outcome(sending);
        timeline.claim(
                "requests",
                during.failed() == 0 && during.sent() > 0,
                during.sent() + " sent meanwhile, all answered; " + during.retried()
                        + " of them met a refused or broken connection at " + VICTIM + " and were sent to another",
                "all requests are answered while " + VICTIM + " dies; of " + during.sent() + ", " + during.failed()
                        + " were not");
        if (!gone) {
            return false;
        }
        DemoTraffic.Outcome after = traffic.send(selector, REQUESTS);
        timeline.claim(
                "requests",
                after.failed() == 0 && after.retried() == 0 && after.by(VICTIM) == 0,
                shares(after) + ", each at the first try",
                "all requests after that go to b and c at once; there were " + shares(after));
        return true;
    }

    private boolean leave(ServiceView view) throws InterruptedException {
        List<DemoService> survivors =
                services.stream().filter(one -> !one.id().equals(VICTIM)).toList();
        long askedAt = System.nanoTime();
        survivors.forEach(DemoService::terminate);
        boolean empty =
                until(view, LEAVE_LIMIT, snapshot -> snapshot.instances().isEmpty());
        long tookMillis = millisSince(askedAt);
        timeline.claim(
                "leave",
                empty,
                "b and c got SIGTERM and deregistered themselves: the list was empty " + tookMillis + " ms later",
                "b and c deregister themselves on SIGTERM, and the list is empty; it was " + ids(view));
        List<Integer> exits = new ArrayList<>();
        for (DemoService survivor : survivors) {
            exits.add(survivor.awaitExit());
        }
        timeline.claim(
                "services",
                exits.stream().allMatch(code -> code == SIGTERM_EXIT),
                "b and c have ended by that signal, exit codes " + exits,
                "b and c end by SIGTERM; their exit codes were " + exits);
        return true;
    }

    private static DemoTraffic.Outcome outcome(CompletableFuture<DemoTraffic.Outcome> sending)
            throws InterruptedException {
        try {
            return sending.get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new CommandFailedException(ExitCode.FAILED, "the demo's requests broke off: " + e, e);
        }
    }

    /** Waits until the registry's current list is as it should be. */
    private static boolean until(ServiceView view, Duration atMost, Predicate<Snapshot> met)
            throws InterruptedException {
        return until(view, atMost, met, new CompletableFuture<>());
    }

    /** As above, and gives up when something else happens. */
    private static boolean until(
            ServiceView view, Duration atMost, Predicate<Snapshot> met, CompletableFuture<?> hopeless)
            throws InterruptedException {
        CompletableFuture<Void> seen = new CompletableFuture<>();
        Subscription subscription = view.listen(reading -> {
            if (reading instanceof Reading.Fresh<Snapshot> fresh && met.test(fresh.known())) {
                seen.complete(null);
            }
        });
        try {
            CompletableFuture.anyOf(seen, hopeless).get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return seen.isDone();
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } finally {
            subscription.close();
        }
    }

    /** Whether each share is within five standard deviations, which chance misses once in a million demos. */
    private static boolean followsWeights(DemoTraffic.Outcome outcome, List<Instance> instances) {
        double weights = instances.stream().mapToInt(Instance::weight).sum();
        return instances.stream().allMatch(instance -> {
            double share = instance.weight() / weights;
            double deviation = Math.sqrt(outcome.sent() * share * (1 - share));
            return Math.abs(outcome.by(instance.id()) - outcome.sent() * share) <= 5 * deviation;
        });
    }

    private static String shares(DemoTraffic.Outcome outcome) {
        return outcome.sent() + " sent, " + outcome.answered() + " answered: "
                + outcome.byId().entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", "));
    }

    private String lastWords() {
        String words = services.stream()
                .map(DemoService::lastWords)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        return words.isEmpty() ? "" : "; one of them said: " + words;
    }

    private static Set<String> ids(ServiceView view) {
        return view.instances().stream().map(Instance::id).collect(Collectors.toSet());
    }

    private static Set<String> ids(Snapshot snapshot) {
        return snapshot.instances().stream().map(Instance::id).collect(Collectors.toSet());
    }

    private static int weight(Snapshot snapshot, String id) {
        return snapshot.find(id).map(Instance::weight).orElse(-1);
    }

    private static long millisSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }
}
